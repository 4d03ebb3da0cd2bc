import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { findBrowser } from '../cli/find-browser.ts';
import { runSimulate } from '../cli/simulate.ts';
import { startHttpServer } from '../http/http-server.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { type Figure, figureTable, holds } from './figures.ts';
import { type Machine, machineLine, thisMachine } from './machine.ts';
import { type WhipBenchOptions, whipBenchOptions } from './whip-bench-options.ts';
import { writeCameraClip } from './whip-browser-publisher.ts';
import { runWhip, type WhipCase, type WhipRun } from './whip-run.ts';

type WhipDocument = {
  readonly schema: 'smearscope.bench-whip/1';
  readonly machine: Machine;
  readonly engine: string;
  readonly file: readonly number[];
  readonly runs: readonly WhipRun[];
  readonly figures: readonly (Figure & { readonly holds: boolean | undefined })[];
};

const UM_PER_PX = 0.072;
const FRAME_MS = 1000 / 30;
/** FFmpeg's muxer sends no packet again, so that a loss leaves it without a whole key picture. */
const TROUBLES = { encoder: ['none', 'cut'], browser: ['none', 'loss', 'cut'] } as const;

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const countFile = async (clip: string, engineName: string, threads: number, signal: AbortSignal) => {
  const { engine } = await loadEngine({ model: 'default', engine: engineName as 'auto', threads });
  await using network = engine;
  let counts: readonly number[] = [];
  const frames = readFrames(clip, { pool: createFramePool({ maxBuffers: 8 }), signal });
  for await (const { frame, report } of countFrames(frames, { engine: network, now: () => performance.now() }, { umPerPx: UM_PER_PX })) {
    frame[Symbol.dispose]();
    counts = report.counts;
  }
  return { counts, engine: network.name };
};

const TROUBLE_WORDS = { none: '', loss: ', packets lost', cut: ', network cut' } as const;

const figuresOf = (run: WhipRun, file: readonly number[]): Figure[] => {
  const who = `${run.from}${TROUBLE_WORDS[run.trouble]}`;
  const off = (100 * (total(run.counts) - total(file))) / total(file);
  const sent = run.sending;
  return [
    { what: `${who}: total against the file`, measured: Math.abs(off), unit: '%', bound: { atMost: 3 } },
    { what: `${who}: counted more than in the file`, measured: Math.max(0, off), unit: '%', bound: { atMost: 3 } },
    { what: `${who}: one session throughout`, measured: run.sameSession ? 1 : 0, unit: '', bound: { atLeast: 1 } },
    { what: `${who}: capture → report, p95`, measured: run.latencyP95Ms ?? Number.NaN, unit: 'ms', bound: undefined },
    {
      what: `${who}: pictures looked at`,
      measured: (100 * run.decoded) / Math.max(1, run.decoded + run.dropped),
      unit: '%',
      bound: undefined,
    },
    ...(run.cores === undefined ? [] : [{ what: `${who}: camera process`, measured: run.cores, unit: 'cores', bound: undefined }]),
    ...(sent === undefined
      ? []
      : [
          { what: `${who}: sent width`, measured: sent.widthPx, unit: 'px', bound: { atLeast: 1280 } },
          { what: `${who}: could send`, measured: sent.allowedMegabitsPerSecond, unit: 'Mbit/s', bound: { atLeast: 2.5 } },
          // As much as these pictures need: the encoder stops at its best quality.
          { what: `${who}: sent`, measured: sent.megabitsPerSecond, unit: 'Mbit/s', bound: undefined },
        ]),
  ];
};

/** Publishes one clip over WHIP, well and with a bad network, and holds the counts against those of the same clip as a file. */
export const runWhipBench = async (given: WhipBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = whipBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench whip --help' });
  const { seed, frames, from, codec, lossPercent, cutSeconds, engine, threads, json } = parsed.data;
  const withBrowser = from !== 'encoder' && (from === 'browser' || (await findBrowser()) !== undefined);
  const folder = await mkdtemp(join(tmpdir(), 'smearscope-bench-whip-'));
  try {
    const clip = join(folder, 'scan.mp4');
    const cameraClip = join(folder, 'scan.mjpeg');
    io.stderr('making the clip, and counting it as a file\n');
    await runSimulate({ seed, frames, out: clip }, { stdout: () => {}, stderr: () => {}, signal: io.signal, command: '' });
    if (withBrowser) await writeCameraClip(clip, cameraClip, io.signal);
    const file = await countFile(clip, engine, threads, io.signal);

    const token = randomBytes(16).toString('hex');
    const server = await startHttpServer({
      configuration: configuration.parse({ port: 0, token, dataDir: join(folder, 'data'), engine, threads }),
      version: '',
      listCameras: async () => [],
      onEvent: () => {},
      onInternal: (line) => io.stderr(`${line}\n`),
    });
    const runs: WhipRun[] = [];
    try {
      const stand = {
        server,
        token,
        umPerPx: UM_PER_PX,
        clip,
        cameraClip,
        clipMs: frames * FRAME_MS,
        codec,
        loss: lossPercent / 100,
        cutMs: cutSeconds * 1000,
        signal: io.signal,
      };
      const publishers: WhipCase['from'][] = [
        ...(from === 'browser' ? [] : ['encoder' as const]),
        ...(withBrowser ? ['browser' as const] : []),
      ];
      for (const publisher of publishers)
        for (const trouble of TROUBLES[publisher]) {
          io.stderr(`${publisher}${TROUBLE_WORDS[trouble]}\n`);
          runs.push(await runWhip(stand, { from: publisher, trouble }));
        }
    } finally {
      await server.close();
    }
    const figures = runs.flatMap((run) => figuresOf(run, file.counts));
    const document: WhipDocument = {
      schema: 'smearscope.bench-whip/1',
      machine: thisMachine(),
      engine: file.engine,
      file: file.counts,
      runs,
      figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })),
    };
    if (json) io.stdout(`${JSON.stringify(document)}\n`);
    else {
      io.stdout(
        `${machineLine(document.machine)}; ${document.engine}\nas a file: ${file.counts.join(', ')}\n\n${figureTable(figures)}\n\n`,
      );
      for (const { from: who, trouble, counts, told } of runs)
        io.stdout(`${who}${TROUBLE_WORDS[trouble]}: ${counts.join(', ')}\n${told.map((line) => `  ${line}\n`).join('')}`);
      if (!withBrowser && from === 'all') io.stdout('no Chromium is here: only the encoder published\n');
    }
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
