import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadBundle } from '../../../models/runtime/bundle.ts';
import { engineMemory } from '../../../models/runtime/engine-memory.ts';
import { listEngines } from '../../../models/runtime/engine-probe.ts';
import { loadEngine } from '../../../models/runtime/load-engine.ts';

const TINY = fileURLToPath(new URL('../../fixtures/tiny-bundle/', import.meta.url));

let cache: string;
let before: string | undefined;
beforeEach(async () => {
  ({ XDG_CACHE_HOME: before } = process.env);
  cache = await mkdtemp(join(tmpdir(), 'memory-'));
  Object.assign(process.env, { XDG_CACHE_HOME: cache });
});
afterEach(async () => {
  Object.assign(process.env, { XDG_CACHE_HOME: before ?? '' });
  await rm(cache, { recursive: true });
});

const file = (): string => join(cache, 'smearscope', 'engines.json');

test('auto measures once, and says so the second time', async () => {
  const first = await loadEngine({ model: TINY, threads: 1 });
  await first.engine[Symbol.asyncDispose]();
  expect(first.reason).toMatch(/^fastest here, [\d.]+ ms for a tile \(.*tensorflow:wasm: several times slower/);
  const second = await loadEngine({ model: TINY, threads: 1 });
  await second.engine[Symbol.asyncDispose]();
  expect(second.engine.name).toBe(first.engine.name);
  expect(second.reason).toMatch(/^fastest here when measured/);
});

test('another number of threads or another precision is measured anew', async () => {
  const bundle = await loadBundle(TINY);
  await engineMemory(bundle, 1, 'full', false).keep({ engine: 'onnx:cpu', notes: ['a'] });
  expect(await engineMemory(bundle, 1, 'full', false).recall()).toEqual({ engine: 'onnx:cpu', notes: ['a'] });
  expect(await engineMemory(bundle, 2, 'full', false).recall()).toBeUndefined();
  expect(await engineMemory(bundle, 1, 'half', false).recall()).toBeUndefined();
});

test('a network that draws is measured by itself; where there is none, asking for outlines changes nothing', async () => {
  const bundle = await loadBundle('default');
  await engineMemory(bundle, 1, 'full', true).keep({ engine: 'onnx:cpu', notes: [] });
  expect(await engineMemory(bundle, 1, 'full', true).recall()).toBeDefined();
  expect(await engineMemory(bundle, 1, 'full', false).recall()).toBeUndefined();
  const plain = await loadBundle(TINY);
  await engineMemory(plain, 1, 'full', false).keep({ engine: 'onnx:cpu', notes: [] });
  expect(await engineMemory(plain, 1, 'full', true).recall()).toBeDefined();
});

test.each(['not json', '{"key": {"engine": "abacus", "notes": []}}', '[]'])('a memory that reads %s is no memory', async (text) => {
  const bundle = await loadBundle(TINY);
  const memory = engineMemory(bundle, 1, 'full', false);
  await memory.keep({ engine: 'onnx:cpu', notes: [] });
  await writeFile(file(), text);
  expect(await memory.recall()).toBeUndefined();
  await memory.keep({ engine: 'onnx:cpu', notes: [] });
  expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
    [Object.keys(JSON.parse(await readFile(file(), 'utf8')) as object)[0]!]: { engine: 'onnx:cpu', notes: [] },
  });
});

test('an engine that was the fastest and does not run now is not insisted on', async () => {
  const absent = listEngines().find(({ present }) => !present);
  if (absent === undefined) return;
  await engineMemory(await loadBundle(TINY), 1, 'full', false).keep({ engine: absent.name, notes: [] });
  const { engine, reason } = await loadEngine({ model: TINY, threads: 1 });
  await engine[Symbol.asyncDispose]();
  expect(engine.name).not.toBe(absent.name);
  expect(reason).toMatch(/^fastest here, /);
});

test('a folder that cannot be written costs no engine', async () => {
  Object.assign(process.env, { XDG_CACHE_HOME: join(cache, 'a-file') });
  await writeFile(join(cache, 'a-file'), '');
  const { engine } = await loadEngine({ model: TINY, threads: 1 });
  await engine[Symbol.asyncDispose]();
  expect(engine.name).toBe('onnx:cpu');
});
