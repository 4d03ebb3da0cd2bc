import { createLightCorrection } from '../../calibration/correct-light.ts';
import { FaultError } from '../../domain/fault.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { parseStopRule, stopProgressOf } from '../../domain/stop-rule.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { correctFrames } from '../calibration/correct-frames.ts';
import { findProfile } from '../calibration/find-profile.ts';
import { knownScale, measuredScale, profileScale } from '../find-scale.ts';
import { specimenOf } from '../find-specimen.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { statisticsBasis, statisticsOf } from '../report-statistics.ts';
import { modelsFolder } from '../training/known-sites.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { countDocumentOf, countTable } from './count-report.ts';
import { openCountSession } from './count-session.ts';
import { fieldsCounting, flowCounting, smearCounting, writeLedger, writeTracks } from './count-ways.ts';
import { readMapFile } from './map-file.ts';
import { createProgress } from './progress.ts';

export type CountFlags = ConfigurationValues & {
  readonly source: string;
  readonly frames?: number;
  readonly cells?: boolean;
  /** File for the tracks of flowing cells, MOTChallenge text. */
  readonly mot?: string;
  /** File of the slide map: gone on with where it is there, written back at the end. */
  readonly map?: string;
  /** File for the ledger: CSV or JSON lines, by its name. */
  readonly ledger?: string;
  /** Folder of the session that is made of it. */
  readonly session?: string;
  /** Each picture is a field of its own, whose cells are chosen by this rule. */
  readonly edgeRule?: 'hemocytometer';
  /** A profile's name, or the path of its file. */
  readonly calibration?: string;
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

const refuseIf = (wrong: boolean, what: string, remedy = 'leave it out'): void => {
  if (wrong) throw new FaultError({ kind: 'usage', what, remedy });
};

/**
 * Counts a source from its first frame to its last, as fast as it goes and dropping nothing: two runs give the same document, timings aside.
 * What could not be read is said, and makes the result incomplete. With a stop rule it ends with the frame that reaches it.
 */
export const runCount = async (flags: CountFlags, io: CommandIo): Promise<CommandResult> => {
  const { source, cells = false, json = false, mot, map, ledger, edgeRule, session } = flags;
  const { calibration, ...settings } = flags;
  const { configuration } = await configurationFrom(settings);
  const profile = await findProfile(configuration.dataDir, calibration ?? configuration.calibration);
  const correct = profile?.light && createLightCorrection(profile.light);
  const specimen = specimenOf(source, configuration.specimen);
  refuseIf(mot !== undefined && specimen !== 'flow', '--mot writes the tracks of flowing cells', 'give --specimen flow with it');
  refuseIf(map !== undefined && specimen === 'flow', '--map keeps the map of a slide, and flowing cells have none');
  refuseIf(specimen === 'flow' && ledger !== undefined, '--ledger keeps what was decided of cells on a slide, and flowing ones have none');
  refuseIf(specimen === 'flow' && edgeRule !== undefined, '--edge-rule is for pictures of cells that lie still');
  refuseIf(map !== undefined && edgeRule !== undefined, '--edge-rule takes each picture by itself, and --map keeps what connects them');
  const { label } = parseSourceAddress(source);
  const saved = map === undefined ? undefined : await readMapFile(map);
  const { engine } = await loadEngine({
    ...configuration,
    // Cells that flow are not drawn.
    outlines: configuration.outlines && specimen === 'smear',
    searchIn: [modelsFolder(configuration.dataDir)],
  });
  await using owned = new AsyncDisposableStack();
  owned.use(engine);
  const pool = createFramePool();
  const lookAhead = (): AsyncGenerator<Frame> => correctFrames(readFrames(source, { pool, signal: io.signal }), correct);
  const scale =
    (configuration.umPerPx === undefined ? await profileScale(profile, lookAhead) : undefined) ??
    knownScale(source, configuration.umPerPx ?? saved?.umPerPx) ??
    (await measuredScale(lookAhead(), engine, io.signal));

  const losses: string[] = [];
  const decoded = readFrames(source, {
    pool,
    signal: io.signal,
    onEvent: (event) => {
      if (event.type === 'warning') losses.push(event.text);
    },
  });
  const frames = correctFrames(decoded, correct);
  const kept = session === undefined ? undefined : await openCountSession(session, label, io);
  owned.defer(() => kept?.close());
  const ports = { engine, now: () => performance.now(), ...(kept && { onSighted: kept.sight, onStep: kept.step }) };
  const options = { ...configuration, umPerPx: scale.umPerPx };
  const { classes } = engine.card;
  const stop = parseStopRule(configuration.stopAt ?? '');
  refuseIf(
    stop !== undefined && !classes.includes(stop.class),
    `--stop-at waits for ${stop?.class}, and the model does not know it`,
    `it knows ${classes.join(', ')}`,
  );
  const count =
    specimen === 'flow'
      ? flowCounting(ports, options)
      : edgeRule === undefined
        ? smearCounting(ports, options, saved)
        : fieldsCounting(ports, options);
  await kept?.begin({ specimen, engine, scale, calibration: profile?.name, configuration, counter: count.counter });
  const progress = createProgress(io);
  const startedAt = performance.now();
  let decodeMs = 0;
  let report: FieldReport | undefined;
  const soFar = (): string =>
    `${report?.frames.decoded ?? 0} frames, ${classes.map((name, i) => `${report?.counts[i] ?? 0} ${name}`).join(', ')}`;
  try {
    const wanted = firstFrames(frames, flags.frames ?? Number.POSITIVE_INFINITY, (ms) => {
      decodeMs += ms;
    });
    for await (const annotated of count.run(wanted)) {
      report = annotated.report;
      await kept?.see(annotated.frame, report);
      annotated.frame[Symbol.dispose]();
      progress.say(soFar);
      io.signal.throwIfAborted();
      if (stop !== undefined && stopProgressOf(stop, classes, report.counts).reached) break;
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
  if (kept !== undefined) await count.save(kept.map, report.capturedAtMs);
  if (map !== undefined) await count.save(map, report.capturedAtMs);
  if (mot !== undefined) await writeTracks(mot, count.mot());
  if (ledger !== undefined) await writeLedger(ledger, count.ledger());
  const elapsedMs = performance.now() - startedAt;
  const statistics = specimen === 'flow' ? undefined : statisticsOf(statisticsBasis(report, classes, options, stop));
  const counted = { ...count.document(report, cells), ...(statistics === undefined ? {} : { statistics }) };
  const document = countDocumentOf(label, { ...scale, profile: profile?.name }, engine, report, counted, { elapsedMs, decodeMs });
  io.stdout(json ? `${JSON.stringify(document)}\n` : countTable(document));
  return losses.length === 0 ? undefined : { incomplete: `${losses.at(-1)}: counted what could be read` };
};
