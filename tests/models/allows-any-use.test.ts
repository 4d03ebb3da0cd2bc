import { expect, it } from 'vitest';
import { allowsAnyUse } from '../../models/export/allows-any-use.ts';

it.each(['MIT', 'MIT; pictures CC BY 4.0', 'CC0-1.0', 'Apache-2.0', 'BSD-3', 'own pictures'])('%s allows any use', (licence) => {
  expect(allowsAnyUse(licence)).toBe(true);
});

it.each(['CC BY-NC-SA 3.0', 'GPL-3.0', 'MIT; pictures CC BY-NC 4.0', 'unknown', ''])('%s does not', (licence) => {
  expect(allowsAnyUse(licence)).toBe(false);
});
