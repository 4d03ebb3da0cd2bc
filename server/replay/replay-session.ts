import type { Configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import type { ReplayDocument, ReplayRequest } from '../../domain/replay.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { MapMark } from '../../pipelines/replay/count-step.ts';
import { createStepReplay, type StepReplay } from '../../pipelines/replay/replay-steps.ts';
import { nameLedger } from '../../pipelines/slide/name-ledger.ts';
import { modelOf } from '../camera/session-keeper.ts';
import { openSessionReader } from '../sessions/session-reader.ts';
import { createSessionRecorder, type SessionRecorder } from '../sessions/session-recorder.ts';
import { readLedger } from './compare-ledgers.ts';
import { countedSettings } from './counted-settings.ts';
import { keptFrame } from './kept-frame.ts';
import { documentOf } from './replay-document.ts';
import { newReplayFolder, removeReplay, writeReplay } from './replay-store.ts';
import { readSteps } from './step-file.ts';

export type ReplayIo = {
  readonly signal: AbortSignal;
  /** Folders to look for named bundles in. */
  readonly searchIn: readonly string[];
  readonly progress: (done: number, total: number, text: string) => void;
};

/** What has to be known before the first step: how many runs there are, whether something is missing, and which saved maps were gone on with. */
const survey = (folder: string): { looks: number; lost: number; marks: MapMark[] } => {
  const found = { looks: 0, lost: 0, marks: [] as MapMark[] };
  for (const { step } of readSteps(folder)) {
    if (step.kind === 'found') found.looks++;
    if (step.kind === 'lost') found.lost += step.steps;
    if (step.kind === 'restored') found.marks.push(step.mark);
  }
  return found;
};

const damaged = (folder: string, cause: unknown): FaultError =>
  new FaultError(
    {
      kind: 'data',
      path: folder,
      what: `the session cannot be counted again (${cause instanceof Error ? cause.message : String(cause)})`,
      remedy: 'its record of steps is damaged or incomplete: what was counted is not touched',
    },
    { cause },
  );

const AT_ONCE = 20;

/** Cells, sightings, crops and ledger of a replay, written while it goes on. */
const keep = async (recorder: SessionRecorder, replay: StepReplay, classes: readonly string[], from: number): Promise<number> => {
  const entries = nameLedger(replay.ledger, classes, from + 1);
  if (entries.length > 0) recorder.hear({ type: 'ledger', entries });
  recorder.flush(replay);
  await recorder.written();
  return from + entries.length;
};

/**
 * Counts a session again from what it holds, and keeps that beside it, in a folder of its own; what was counted is never touched.
 *
 * The video is lossy, so that no count of it could be the count of the day. What is replayed instead is what cells and ledger follow from: the order
 * of events (which decides what a live count made of its time), places as registration found them, how covered the ground was, and, bit by bit, the
 * parts of frames that the network saw while the session was recorded. Those go through the network again, and every decision on cells is taken
 * anew by the code that takes it live. With the same network and engine the ledger is the same, entry by entry; with another, every difference
 * is the network's. What a replay does not do: place frames anew, or look where the count of the day did not look.
 *
 * Runs from before the recording began have no pictures. With the same model their answers of then are taken; another model is not asked of them.
 * Faults: `data` where the session has no steps or they are damaged, those of loading a model, `usage` for cells that flow.
 */
export const replaySession = async (
  folder: string,
  request: ReplayRequest,
  { signal, searchIn, progress }: ReplayIo,
): Promise<ReplayDocument> => {
  const { facts, durationMs, frames } = ((): { facts: SessionFacts; durationMs: number; frames: number } => {
    using reader = openSessionReader(folder);
    const summary = reader.summary();
    return { facts: reader.facts(), durationMs: summary.durationMs, frames: summary.frames };
  })();
  if (facts.specimen === 'flow' || facts.umPerPx === undefined)
    throw new FaultError({ kind: 'usage', what: 'a session of flowing cells is not counted again', remedy: 'replay one of a smear' });
  const known = survey(folder);
  progress(0, known.looks, 'loading the model');
  await using owned = new AsyncDisposableStack();
  const counted = countedSettings(facts);
  const { engine } = await loadEngine({
    ...counted,
    model: request.model ?? counted.model,
    engine: (request.engine ?? facts.engine) as Configuration['engine'],
    searchIn,
  });
  owned.use(engine);
  const model = modelOf(engine.card);
  const same = { model: model.sha256 === facts.model.sha256 && model.name === facts.model.name, engine: engine.name === facts.engine };
  const { name, folder: own } = await newReplayFolder(folder, `${model.name}-${model.version}`, engine.name);
  let finished = false;
  owned.defer(async () => {
    if (!finished) await removeReplay(folder, name);
  });
  const recorder = createSessionRecorder(own, (text) => progress(0, known.looks, text));
  const { endedAt: _ended, modelsBefore: _before, ...rest } = facts;
  recorder.note({ ...rest, model, engine: engine.name, startedAt: Date.now(), kept: true, flags: [], record: 'off' });
  const pool = createFramePool();
  const looks = { total: 0, again: 0, answered: 0, leftOut: 0 };
  let answersAlike = 0;
  const { classes } = engine.card;
  const replay = createStepReplay(
    {
      engine,
      onSighted: recorder.sight,
      onAnswer: (alike) => {
        if (alike) answersAlike++;
      },
    },
    { ...counted, umPerPx: facts.umPerPx, trustAnswers: same.model, marks: known.marks },
  );
  const startedAt = performance.now();
  try {
    let told = 0;
    try {
      let begun: keyof Omit<ReplayDocument['looks'], 'total'> | undefined;
      for (const { step, pictures } of readSteps(folder)) {
        signal.throwIfAborted();
        const frame = step.kind === 'look' && pictures !== undefined ? keptFrame(pool, step, pictures) : undefined;
        await replay.take({ step, frame });
        if (step.kind === 'look') begun = pictures !== undefined ? 'again' : same.model ? 'answered' : 'leftOut';
        // A run that was cut off by the end of its process was never answered.
        if (step.kind !== 'found' || begun === undefined) continue;
        looks.total++;
        looks[begun]++;
        begun = undefined;
        progress(looks.total, known.looks, `${replay.counts.reduce((sum, n) => sum + n, 0)} cells counted`);
        if (looks.total % AT_ONCE === 0) told = await keep(recorder, replay, classes, told);
      }
    } catch (error) {
      if (signal.aborted || error instanceof FaultError) throw error;
      throw damaged(folder, error);
    }
    await keep(recorder, replay, classes, told);
  } finally {
    await recorder.close(replay);
  }
  const elapsedMs = performance.now() - startedAt;
  const timing = { elapsedMs, recordedMs: durationMs, frames, framesPerS: (frames / elapsedMs) * 1000 };
  const ledger = nameLedger(replay.ledger, classes);
  const replayed = { replay: name, model, engine: engine.name, same, looks, answersAlike, timing, classes, ledger, lost: known.lost };
  const document = documentOf(facts, readLedger(folder), replayed, Date.now());
  await writeReplay(own, document);
  finished = true;
  return document;
};
