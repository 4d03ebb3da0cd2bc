import { FaultError } from '../../domain/fault.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createSmearCounter } from '../../pipelines/smear-counter.ts';
import { knownScale, measuredScale } from '../find-scale.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { countDocumentOf, countTable } from './count-report.ts';
import { createProgress } from './progress.ts';

export type CountFlags = ConfigurationValues & {
  readonly source: string;
  readonly specimen: 'smear' | 'flow';
  readonly frames?: number;
  readonly cells?: boolean;
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

/**
 * Counts a source from its first frame to its last, as fast as it goes and dropping nothing: two runs give the same document, timings aside.
 * What could not be read is said, and makes the result incomplete.
 */
export const runCount = async (flags: CountFlags, io: CommandIo): Promise<CommandResult> => {
  const { source, specimen, cells = false, json = false } = flags;
  if (specimen === 'flow')
    throw new FaultError({
      kind: 'usage',
      what: 'moving cells (--specimen flow) cannot be counted yet',
      remedy: 'give --specimen smear for a stained smear',
    });
  const { configuration } = await configurationFrom(flags);
  const { label } = parseSourceAddress(source);
  const { engine } = await loadEngine(configuration);
  await using owned = new AsyncDisposableStack();
  owned.use(engine);
  const pool = createFramePool();
  const scale =
    knownScale(source, configuration.umPerPx) ?? (await measuredScale(readFrames(source, { pool, signal: io.signal }), engine, io.signal));

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
  const counter = createSmearCounter(ports, options);
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
    for await (const annotated of countFrames(wanted, ports, options, counter)) {
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
  const document = countDocumentOf(label, scale, engine, counter, report, { elapsedMs: performance.now() - startedAt, decodeMs, cells });
  io.stdout(json ? `${JSON.stringify(document)}\n` : countTable(document));
  return losses.length === 0 ? undefined : { incomplete: `${losses.at(-1)}: counted what could be read` };
};
