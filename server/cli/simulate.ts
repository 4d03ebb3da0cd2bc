import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, parse } from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import { parseScanRequest, prepareScan } from '../microscope/prepare-scan.ts';
import { scanOptions } from '../microscope/scan-options.ts';
import { openScanVideo } from '../microscope/scan-video.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { createProgress } from './progress.ts';
import { runSimulateFlow, type SimulateFlowOptions } from './simulate-flow.ts';

/** Flags of `simulate`: those of the scan, where the video goes, and whether the summary is JSON. */
export const simulateOptions = z.strictObject({
  ...scanOptions.shape,
  out: z.string().min(1).describe('video to write; the truth is written beside it'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type SimulateOptions = z.input<typeof simulateOptions>;
/** As the command line gives them: of a slide that is scanned, or of a channel that flows. */
export type SimulateFlags = (SimulateOptions & { readonly specimen?: 'smear' }) | (SimulateFlowOptions & { readonly specimen: 'flow' });

/** `scan.mp4` becomes `scan.truth.json`. */
const truthPath = (video: string): string => {
  const { dir, name } = parse(video);
  return `${dir === '' ? '' : `${dir}/`}${name}.truth.json`;
};

const summary = (truth: ScanTruth, out: string, codec: string, elapsedMs: number) => {
  const count = (seenOnly: boolean): Record<string, number> =>
    truth.cells.reduce<Record<string, number>>((sum, { class: name, seen }) => {
      if (seen || !seenOnly) sum[name] = (sum[name] ?? 0) + 1;
      return sum;
    }, {});
  return {
    schema: 'smearscope.simulate/1',
    video: out,
    truth: truthPath(out),
    codec,
    seed: truth.seed,
    umPerPx: truth.umPerPx,
    frames: truth.frames.length,
    sharpFrames: truth.frames.filter(({ sharp }) => sharp).length,
    cells: count(false),
    seen: count(true),
    elapsedMs: Math.round(elapsedMs),
  };
};

/** Writes a virtual scan: the video, and beside it the full truth. Stopped early, the truth is that of the frames written. Faults: `usage`, `data`. */
export const runSimulate = async ({ out, json = false, ...request }: SimulateOptions, io: CommandIo): Promise<CommandResult> => {
  const startedAt = performance.now();
  const options = parseScanRequest(request);
  try {
    await mkdir(dirname(out), { recursive: true });
  } catch (cause) {
    throw new FaultError({ kind: 'data', path: dirname(out), what: 'the folder cannot be made', remedy: 'give another --out' }, { cause });
  }
  const progress = createProgress(io);
  io.stderr('composing the slide\n');
  const scan = await prepareScan(options);
  const { width: widthPx, height: heightPx, fps: framesPerSecond } = options;
  const plan = scan.startPlan();
  let done = 0;
  let codec = '';
  {
    await using video = await openScanVideo(out, { widthPx, heightPx, framesPerSecond });
    codec = video.codec;
    const { y, u, v } = video.planes;
    for (; done < options.frames && !io.signal.aborted; done++) {
      const { truth, smear, gain } = plan.frame(done);
      scan.render({ ...truth, smear, gain }, y, u, v);
      await video.write(truth.capturedAtMs);
      progress.say(() => `${done + 1} of ${options.frames} frames`);
    }
  }
  progress.end();
  const truth = scan.truth(done);
  await writeFile(truthPath(out), `${JSON.stringify(truth)}\n`);
  const result = summary(truth, out, codec, performance.now() - startedAt);
  const seen = Object.entries(result.seen).map(([name, n]) => `${n} ${name}`);
  io.stdout(
    json
      ? `${JSON.stringify(result)}\n`
      : `${done} frames are in ${out}, their truth in ${result.truth}: ${seen.join(', ')} to be counted\n`,
  );
  return done < options.frames ? { stopped: `${done} of ${options.frames} frames were written` } : undefined;
};

/** The command: a scan of a smear, or with `--specimen flow` a clip of a channel. */
export const runSimulateCommand = (flags: SimulateFlags, io: CommandIo): Promise<CommandResult> => {
  if (flags.specimen === 'flow') {
    const { specimen: _, ...options } = flags;
    return runSimulateFlow(options, io);
  }
  const { specimen: _, ...options } = flags;
  return runSimulate(options, io);
};
