import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compose } from '../../models/compose/compose.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { modelIo } from '../cli/model-io.ts';
import { type ComposeBenchOptions, composeBenchOptions } from './compose-bench-options.ts';
import { machineLine, thisMachine } from './machine.ts';
import { writeShippedCutouts } from './shipped-cutouts.ts';

/** SHA-256 over the names and bytes of all files of a folder, in their order. */
export const folderHash = async (dir: string): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)));
  const hash = createHash('sha256');
  let bytes = 0;
  for (const file of files.sort()) {
    const data = await readFile(path.join(dir, file));
    hash.update(`${file}\0${data.length}\0`).update(data);
    bytes += data.length;
  }
  return { sha256: hash.digest('hex'), bytes };
};

/** Composes the same set with one thread and with several: pictures in a second, loading of the cut-outs and writing of all files counted, time of a core that each takes, and whether all bytes are the same. */
export const runComposeBench = async (flags: ComposeBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const { images, workers, seed, json, cutouts: given } = composeBenchOptions.parse(flags);
  const dir = await mkdtemp(path.join(tmpdir(), 'smearscope-compose-'));
  try {
    const cutouts = given ?? path.join(dir, 'cutouts');
    if (given === undefined) await writeShippedCutouts(cutouts);
    const share = Math.ceil(images / 12);
    const counts = { train: Math.max(1, images - 2 * share), validate: share, test: share };
    const rounds = [];
    for (const threads of [1, workers]) {
      const out = path.join(dir, String(threads));
      const from = performance.now();
      const spent = process.cpuUsage();
      const made = await compose({ cutouts, out, seed, umPerPx: 0.16, counts, workers: threads, cells: false }, modelIo(io));
      const seconds = (performance.now() - from) / 1000;
      const { user, system } = process.cpuUsage(spent);
      if (!made.finished) return { stopped: 'stopped before the end: nothing was measured' };
      rounds.push({
        workers: threads,
        images: made.images,
        seconds,
        imagesPerSecond: made.images / seconds,
        coreMsPerImage: (user + system) / 1000 / made.images,
        ...(await folderHash(out)),
      });
    }
    const same = new Set(rounds.map(({ sha256 }) => sha256)).size === 1;
    const machine = thisMachine();
    const lines = rounds.map(
      (round) =>
        `${round.workers} threads: ${round.imagesPerSecond.toFixed(0)} pictures/s (${round.images} in ${round.seconds.toFixed(1)} s, ${(round.bytes / round.images / 1000).toFixed(0)} kB and ${round.coreMsPerImage.toFixed(2)} ms of a core each)`,
    );
    if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.bench-compose/1', machine, same, rounds })}\n`);
    else io.stdout(`${[machineLine(machine), ...lines, same ? 'all bytes are the same' : 'the bytes differ'].join('\n')}\n`);
    return same ? undefined : { incomplete: 'the bytes differ with the number of threads' };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
