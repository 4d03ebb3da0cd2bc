import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));
const MOST_BYTES = 250 * 1024;

type Chunk = { readonly file: string; readonly imports?: readonly string[]; readonly dynamicImports?: readonly string[] };

let folder = '';
let manifest: Record<string, Chunk> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-page-'));
  await build({
    root: CLIENT,
    configFile: join(CLIENT, 'vite.config.ts'),
    logLevel: 'silent',
    build: { outDir: folder, emptyOutDir: true, manifest: true },
  });
  manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Files that a browser loads for these entries before anything is asked for lazily. */
const loadedFor = (entries: readonly string[], loaded = new Set<string>()): Set<string> => {
  for (const entry of entries) {
    const chunk = manifest[entry];
    if (chunk === undefined || loaded.has(chunk.file)) continue;
    loaded.add(chunk.file);
    loadedFor(chunk.imports ?? [], loaded);
  }
  return loaded;
};

const bytesOf = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);

test('the live page loads in 250 KB of JavaScript, gzipped, and the other pages apart', () => {
  const first = loadedFor(['index.html', 'src/shell/live-page.svelte']);
  const bytes = bytesOf(first);
  console.info(`the live page loads ${Math.round(bytes / 1024)} KB of JavaScript in ${first.size} files`);
  expect(first.size).toBeGreaterThan(1);
  expect(bytes).toBeLessThan(MOST_BYTES);
  for (const page of ['src/settings/settings-page.svelte', 'src/cameras/cameras-page.svelte']) {
    expect(manifest[page], page).toBeDefined();
    expect(first, page).not.toContain(manifest[page]!.file);
  }
  expect([...first].filter((file) => /openseadragon/i.test(readFileSync(join(folder, file), 'utf8').slice(0, 2_000_000)))).toEqual([]);
});
