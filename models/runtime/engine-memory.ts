import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { engineNames, type Precision } from '../../domain/engine-name.ts';
import { type Bundle, networkOf } from './bundle.ts';
import { listEngines } from './engine-probe.ts';

const remembered = z.object({ engine: z.enum(engineNames), notes: z.array(z.string().max(500)).max(20) });
const memoryFile = z.record(z.string(), remembered);

/** Which engine was the fastest, and what was said of the others. */
export type Remembered = { readonly engine: (typeof engineNames)[number]; readonly notes: readonly string[] };

const FILE_BYTES = 2 ** 20;
const ENTRIES = 50;

const memoryPath = (): string => {
  const { XDG_CACHE_HOME = '' } = process.env;
  return join(XDG_CACHE_HOME === '' ? join(homedir(), '.cache') : XDG_CACHE_HOME, 'smearscope', 'engines.json');
};

/** Everything that the measurement depends on, as a hash: another card, driver, network or version is measured anew. */
const keyOf = async (bundle: Bundle, threads: number, precision: Precision, outlines: boolean): Promise<string> => {
  const { size, mtimeMs } = await stat(networkOf(bundle, precision));
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const parts = [
    [cpus()[0]?.model, cpus().length, process.platform, process.arch, process.version, version, threads, precision],
    // Where there is nothing to draw with, asking for it changes nothing.
    ...(outlines && bundle.card.masks !== undefined ? ['outlines'] : []),
    [bundle.card.name, bundle.card.version, bundle.card.files.map((file) => file.sha256), size, mtimeMs],
    listEngines(),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
};

const readMemory = async (): Promise<z.infer<typeof memoryFile>> => {
  try {
    if ((await stat(memoryPath())).size > FILE_BYTES) return {};
    return memoryFile.parse(JSON.parse(await readFile(memoryPath(), 'utf8')));
  } catch {
    // No memory, or one that is none: it is measured again.
    return {};
  }
};

/** The fastest engine as measured once, kept in the user's cache folder; a folder that cannot be written costs a measurement, no more. */
export const engineMemory = (
  bundle: Bundle,
  threads: number,
  precision: Precision,
  outlines: boolean,
): { recall(): Promise<Remembered | undefined>; keep(found: Remembered): Promise<void> } => ({
  recall: async () => (await readMemory())[await keyOf(bundle, threads, precision, outlines)],
  keep: async ({ engine, notes }) => {
    const others = Object.entries(await readMemory()).slice(1 - ENTRIES);
    const own = { engine, notes: notes.map((note) => note.slice(0, 500)) };
    const path = memoryPath();
    const draft = `${path}.${process.pid}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, JSON.stringify(Object.fromEntries([...others, [await keyOf(bundle, threads, precision, outlines), own]])));
      await rename(draft, path);
    } catch {
      // The next start measures again.
    }
  },
});
