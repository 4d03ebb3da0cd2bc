import { expect, test } from 'vitest';
import { findBinding, type KeyBinding, keyOf } from '../../client/src/shell/find-binding.ts';
import { hashOf, parseHash } from '../../client/src/shell/hash-route.ts';

test.each([
  ['', { page: '', rest: '', query: '' }],
  ['#/slide', { page: 'slide', rest: '', query: '' }],
  ['#/gallery/12/crop?class=WBC', { page: 'gallery', rest: '12/crop', query: 'class=WBC' }],
])('the hash %j leads somewhere', (hash, { page, rest, query }) => {
  const route = parseHash(hash);
  expect([route.page, route.rest, String(route.query)]).toEqual([page, rest, query]);
});

test('a hash that was made leads back', () => {
  const { page, rest, query } = parseHash(hashOf('gallery', 'a/b', new URLSearchParams({ class: 'RBC' })));
  expect([page, rest, query.get('class')]).toEqual(['gallery', 'a/b', 'RBC']);
});

const pressed: string[] = [];
const bind = (keys: string): KeyBinding => ({ keys, what: keys, act: (key) => pressed.push(`${keys}:${key}`) });
const bindings = ['Space', 'R', '1 – 9', 'G L', 'G S', 'L'].map(bind);

test('keys find their binding, alone, in a range or one after the other', () => {
  expect(findBinding(bindings, 'R', 0).binding?.keys).toBe('R');
  expect(findBinding(bindings, '7', 0).binding?.keys).toBe('1 – 9');
  expect(findBinding(bindings, '0', 0)).toEqual({});
  const { prefix } = findBinding(bindings, 'G', 0);
  expect(findBinding(bindings, 'L', 500, prefix).binding?.keys).toBe('G L');
  expect(findBinding(bindings, 'L', 5000, prefix).binding?.keys).toBe('L');
  expect(findBinding(bindings, 'S', 5000, prefix)).toEqual({});
});

test('keys are named as the legend shows them', () => {
  expect([' ', 'r', 'R', '?', 'Escape'].map((key) => keyOf({ key }))).toEqual(['Space', 'R', 'R', '?', 'Escape']);
  expect(keyOf({ key: 'z', ctrlKey: true })).toBe('Ctrl+Z');
  expect(keyOf({ key: 'Z', metaKey: true, shiftKey: true })).toBe('Ctrl+Shift+Z');
  expect(keyOf({ key: 'ArrowLeft', shiftKey: true })).toBe('Shift+ArrowLeft');
});
