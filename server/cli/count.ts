import { writeFile } from 'node:fs/promises';
import type { Configuration } from '../../domain/configuration.ts';
import type { CountDocument } from '../../domain/count-document.ts';
import { FaultError } from '../../domain/fault.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { countFlowFrames } from '../../pipelines/flow/count-flow-frames.ts';
import { createFlowCounter } from '../../pipelines/flow/flow-counter.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { SavedSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import { type Annotated, type CountOptions, type CountPorts, createSmearCounter } from '../../pipelines/smear-counter.ts';
import { knownScale, measuredScale } from '../find-scale.ts';
import { specimenOf } from '../find-specimen.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { readLines } from '../read-lines.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { countDocumentOf, countedCells, countTable } from './count-report.ts';
import { flowCells, flowCountOf, flowMot } from './flow-report.ts';
import { readMapFile, writeMapFile } from './map-file.ts';
import { createProgress } from './progress.ts';

export type CountFlags = ConfigurationValues & {
  readonly source: string;
  readonly frames?: number;
  readonly cells?: boolean;
  /** File for the tracks of flowing cells, MOTChallenge text. */
  readonly mot?: string;
  /** File of the slide map: gone on with where it is there, written back at the end. */
  readonly map?: string;
  readonly json?: boolean;
};

/** The first `n` frames; `onWait` hears how long each was waited for. */
async function* firstFrames(frames: AsyncGenerator<Frame>, n: number, onWait: (ms: number) => void): AsyncGenerator<Frame> {
  try {
    for (let i = 0; i < n; i++) {
      const askedAt = performance.now();
      const { value, done } = await frames.next();
      onWait(performance.now() - askedAt);
      if (done) return;
      yield value;
    }
  } finally {
    await frames.return(undefined);
  }
}

/** One way to count, and what it has to say at the end that the last report does not. */
type Counting = {
  run(frames: AsyncIterable<Frame>): AsyncIterable<Annotated>;
  document(report: FieldReport, cells: boolean): Pick<CountDocument, 'specimen' | 'cells' | 'flow'>;
  /** MOTChallenge text of the tracks, where there are any. */
  mot(): string;
  /** Writes the slide map, where there is one. */
  save(path: string, atMs: number): Promise<void>;
};

const smearCounting = (ports: CountPorts, options: CountOptions, saved: SavedSlideMap | undefined): Counting => {
  const counter = createSmearCounter(ports, options, saved);
  return {
    run: (frames) => countFrames(frames, ports, options, counter),
    document: (_, cells) => ({ specimen: 'smear', ...(cells ? { cells: countedCells(counter, ports.engine.card.classes) } : {}) }),
    mot: () => '',
    save: (path, atMs) => writeMapFile(path, counter.snapshot(atMs)),
  };
};

const flowCounting = (ports: CountPorts, options: Configuration & { readonly umPerPx: number }): Counting => {
  const { umPerPx, minSharpness, line } = options;
  const counter = createFlowCounter(ports, { umPerPx, minSharpness, lines: readLines(line), keepAll: true });
  const { classes } = ports.engine.card;
  return {
    run: (frames) => countFlowFrames(frames, counter),
    document: (report, cells) => ({
      specimen: 'flow',
      ...(cells ? { cells: flowCells(counter.record, classes) } : {}),
      flow: flowCountOf(counter.record, report, umPerPx, classes, cells),
    }),
    mot: () => flowMot(counter.record),
    save: async () => {},
  };
};

const writeTracks = async (path: string, text: string): Promise<void> => {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new FaultError({ kind: 'data', path, what: 'the tracks cannot be written', remedy: 'give another --mot' }, { cause });
  }
};

/**
 * Counts a source from its first frame to its last, as fast as it goes and dropping nothing: two runs give the same document, timings aside.
 * What could not be read is said, and makes the result incomplete.
 */
export const runCount = async (flags: CountFlags, io: CommandIo): Promise<CommandResult> => {
  const { source, cells = false, json = false, mot, map } = flags;
  const { configuration } = await configurationFrom(flags);
  const specimen = specimenOf(source, configuration.specimen);
  if (mot !== undefined && specimen !== 'flow')
    throw new FaultError({ kind: 'usage', what: '--mot writes the tracks of flowing cells', remedy: 'give --specimen flow with it' });
  if (map !== undefined && specimen === 'flow')
    throw new FaultError({ kind: 'usage', what: '--map keeps the map of a slide, and flowing cells have none', remedy: 'leave it out' });
  const { label } = parseSourceAddress(source);
  const saved = map === undefined ? undefined : await readMapFile(map);
  const { engine } = await loadEngine(configuration);
  await using owned = new AsyncDisposableStack();
  owned.use(engine);
  const pool = createFramePool();
  const scale =
    knownScale(source, configuration.umPerPx ?? saved?.umPerPx) ??
    (await measuredScale(readFrames(source, { pool, signal: io.signal }), engine, io.signal));

  const losses: string[] = [];
  const frames = readFrames(source, {
    pool,
    signal: io.signal,
    onEvent: (event) => {
      if (event.type === 'warning') losses.push(event.text);
    },
  });
  const ports = { engine, now: () => performance.now() };
  const options = { ...configuration, umPerPx: scale.umPerPx };
  const count = specimen === 'flow' ? flowCounting(ports, options) : smearCounting(ports, options, saved);
  const progress = createProgress(io);
  const startedAt = performance.now();
  let decodeMs = 0;
  let report: FieldReport | undefined;
  const soFar = (): string =>
    `${report?.frames.decoded ?? 0} frames, ${engine.card.classes.map((name, i) => `${report?.counts[i] ?? 0} ${name}`).join(', ')}`;
  try {
    const wanted = firstFrames(frames, flags.frames ?? Number.POSITIVE_INFINITY, (ms) => {
      decodeMs += ms;
    });
    for await (const annotated of count.run(wanted)) {
      report = annotated.report;
      annotated.frame[Symbol.dispose]();
      progress.say(soFar);
      io.signal.throwIfAborted();
    }
  } catch (error) {
    if (io.signal.aborted) return { stopped: `stopped after ${soFar()}` };
    throw error;
  } finally {
    progress.end();
  }
  if (report === undefined)
    throw new FaultError({
      kind: 'source',
      source: label,
      what: 'there is no picture in it',
      remedy: 'give another source',
      passing: false,
    });
  if (mot !== undefined) await writeTracks(mot, count.mot());
  const elapsedMs = performance.now() - startedAt;
  const document = countDocumentOf(label, scale, engine, report, count.document(report, cells), { elapsedMs, decodeMs });
  io.stdout(json ? `${JSON.stringify(document)}\n` : countTable(document));
  return losses.length === 0 ? undefined : { incomplete: `${losses.at(-1)}: counted what could be read` };
};
