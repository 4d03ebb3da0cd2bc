import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { SessionEvent } from '../../domain/session.ts';
import type { MapKeyframe } from '../../domain/wire.ts';
import type { CountStep } from '../../pipelines/replay/count-step.ts';
import type { Sighted } from '../../pipelines/slide/cell.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import { createStepQueue } from '../replay/step-queue.ts';
import { createCropChooser } from './choose-crops.ts';
import type {
  CellRow,
  DrawingRow,
  FrameRow,
  FromSessionThread,
  RawCrop,
  RestoredMap,
  SessionBatch,
  SessionNotes,
  SessionState,
  SightingRow,
  ToSessionThread,
  TrackRow,
  VideoFrameRow,
  VideoRow,
} from './session-batch.ts';

/** News that a session keeps. */
export type RecordedNews =
  | { readonly type: 'ledger'; readonly entries: readonly LedgerEntry[] }
  | { readonly type: 'map'; readonly keyframes: readonly MapKeyframe[] }
  | ({ readonly type: 'event' } & SessionEvent);

/** The cells as they are now, those of a running count or of a replay. */
export type CellsNow = Pick<SmearCounter, 'cells' | 'cellVersion' | 'drawings' | 'placeOf'>;

/** Keeps a session while it is counted. Nothing here waits: what the disk cannot take in time is let go, counted and told. */
export type SessionRecorder = {
  /** Settles when the folder is open; `undefined` where it cannot be written, and nothing is kept. */
  readonly state: Promise<SessionState | undefined>;
  /** Counting goes on with this map: what was written after it is taken back. */
  resume(map: RestoredMap): void;
  note(facts: SessionNotes): void;
  see(report: FieldReport): void;
  /** Borrows the frame. */
  sight(frame: Frame, sighted: readonly Sighted[]): void;
  /** Keeps a step of the count; `frame`, of a `look` whose pictures are to be kept, is borrowed. */
  step(step: CountStep, frame?: Frame): void;
  hear(news: RecordedNews): void;
  addVideo(video: number, row: VideoRow): void;
  seeVideoFrame(row: VideoFrameRow): void;
  /** Hands what is new to the writing thread, where that is free. */
  flush(counter: CellsNow | undefined): void;
  /** Settles when everything that was handed over is on disk, or the session is broken. */
  written(): Promise<void>;
  /** Mean time that this thread spent for a frame, in ms. */
  readonly meanMs: number;
  /** Writes what is left, with the end of the session. */
  close(counter: CellsNow | undefined): Promise<void>;
};

/** While the disk is slow so much waits, about three minutes; beyond, it is let go. */
const MOST_FRAMES = 5400;
const MOST_SIGHTINGS = 100_000;
const MOST_KEYFRAME_PICTURES = 2000;
const MOST_CROP_BYTES = 16 * 2 ** 20;
const CLOSE_WITHIN_MS = 2500;

const emptyBatch = () => ({
  facts: {} as SessionNotes,
  frames: [] as FrameRow[],
  tracks: [] as TrackRow[],
  sightings: [] as SightingRow[],
  ledger: [] as LedgerEntry[],
  events: [] as SessionEvent[],
  keyframes: [] as MapKeyframe[],
  crops: [] as RawCrop[],
  videos: [] as SessionBatch['videos'][number][],
  videoFrames: [] as VideoFrameRow[],
});

/** Begins or goes on with the session in a folder. `onLoss` hears, in words, when something cannot be kept, and when it can again. */
export const createSessionRecorder = (folder: string, onLoss: (text: string) => void): SessionRecorder => {
  const worker = new Worker(new URL('./session-worker.ts', import.meta.url), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const order = (message: ToSessionThread, transfer: readonly ArrayBuffer[] = []): void => worker.postMessage(message, [...transfer]);
  const chooser = createCropChooser();
  const steps = createStepQueue();
  /** Of the latest frames, since sightings come some frames later. */
  const sharpness = new Map<number, number>();
  let batch = emptyBatch();
  let cropBytes = 0;
  let cellVersion = -1;
  let drawnVersion = 0;
  let underway = false;
  let broken = false;
  let stuck = false;
  let ended = false;
  let lost = 0;
  let spentMs = 0;
  let frames = 0;
  const waiting: (() => void)[] = [];
  let opened: (state: SessionState | undefined) => void = () => {};
  let closed = (): void => {};
  const state = new Promise<SessionState | undefined>((resolve) => {
    opened = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const settle = (): void => {
    for (const wake of waiting.splice(0)) wake();
  };
  const fail = (what: string): void => {
    if (!broken && !ended) onLoss(`the session is not kept (${what}); counting goes on`);
    broken = true;
    batch = emptyBatch();
    opened(undefined);
    settle();
  };
  const timed = (work: () => void): void => {
    if (broken) return;
    const startedAt = performance.now();
    work();
    spentMs += performance.now() - startedAt;
  };

  worker.on('message', (message: FromSessionThread) => {
    switch (message.type) {
      case 'opened':
        return opened(message.state);
      case 'unusable':
        return fail(message.what);
      case 'written':
        underway = false;
        if (stuck) onLoss(lost === 0 ? 'the session is kept again' : `the session is kept again; of ${lost} frames it knows nothing`);
        stuck = false;
        lost = 0;
        return settle();
      case 'stuck':
        if (!stuck) onLoss(`the session cannot be written (${message.what}): make room on the disk; counting goes on`);
        stuck = true;
        return;
      case 'closed':
        ended = true;
        return closed();
      default:
        message satisfies never;
    }
  });
  worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.on('exit', () => {
    closed();
    fail('its thread has ended');
  });
  order({ type: 'open', folder });

  const changedCells = (counter: CellsNow): CellRow[] => {
    const rows: CellRow[] = [];
    for (const cell of counter.cells) {
      if (cell.changed <= cellVersion) continue;
      const { id, classIndex, score, state: now, sightings, firstSeenMs, lastSeenMs } = cell;
      const [x0, y0, x1, y1] = counter.placeOf(cell);
      rows.push({
        id,
        classIndex,
        score,
        state: now,
        island: cell.keyframe.island,
        box: [x0, y0, x1, y1],
        sightings,
        firstSeenMs,
        lastSeenMs,
      });
    }
    cellVersion = counter.cellVersion;
    return rows;
  };

  const newDrawings = ({ drawings }: CellsNow): DrawingRow[] => {
    if (drawings.version === drawnVersion) return [];
    const rows = [...drawings.since(drawnVersion)].flatMap((cell): DrawingRow[] => {
      const drawing = drawings.of(cell);
      return drawing === undefined ? [] : [{ cell, drawing }];
    });
    drawnVersion = drawings.version;
    return rows;
  };

  const flush = (counter: CellsNow | undefined): void =>
    timed(() => {
      if (underway) return;
      const cells = counter === undefined ? [] : changedCells(counter);
      const drawings = counter === undefined ? [] : newDrawings(counter);
      const { facts: _facts, ...lists } = batch;
      const { taken, transfer } = steps.take();
      if (
        taken.length + cells.length + Object.values(lists).reduce((sum, list) => sum + list.length, 0) + Object.keys(batch.facts).length ===
        0
      )
        return;
      underway = true;
      order({ type: 'write', batch: { ...batch, cells, drawings, steps: taken } }, [
        ...batch.crops.map(({ planes }) => planes.buffer),
        ...transfer,
      ]);
      batch = emptyBatch();
      cropBytes = 0;
    });
  const written = (): Promise<void> => (underway && !broken ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve());

  return {
    state,
    resume: (map) => order({ type: 'trim', map }),
    note: (facts) => {
      batch.facts = { ...batch.facts, ...facts };
    },
    see: ({ frameId: id, capturedAtMs: atMs, state: now, sharpness: sharp, placement, keyframe, anchor, flow, boxes, counts, ...report }) =>
      timed(() => {
        frames++;
        sharpness.set(id, sharp);
        sharpness.delete(id - 300);
        const { areaUm2, countedUm2 } = report.slide;
        const looked = flow === undefined && { looked: { areaUm2, countedUm2, widthPx: report.widthPx, heightPx: report.heightPx } };
        batch.facts = { ...batch.facts, counts, ...looked };
        if (batch.frames.length < MOST_FRAMES) batch.frames.push({ id, atMs, state: now, sharpness: sharp, placement, keyframe, anchor });
        else lost++;
        // Of a smear the map knows every cell's place; cells that flow are where they were seen alone.
        if (flow !== undefined && batch.tracks.length + boxes.length <= MOST_SIGHTINGS)
          for (const { id: track, classIndex, score, state: known, box } of boxes)
            batch.tracks.push({ frame: id, track, classIndex, score, state: known, box });
      }),
    sight: (frame, sighted) =>
      timed(() => {
        const { id, capturedAtMs: atMs } = frame;
        if (batch.sightings.length + sighted.length <= MOST_SIGHTINGS)
          for (const { cell, box, classIndex, score, cut } of sighted)
            batch.sightings.push({ cell, frame: id, atMs, box, classIndex, score, cut });
        const crops = chooser.choose(frame, sharpness.get(id) ?? 1, sighted, MOST_CROP_BYTES - cropBytes);
        for (const crop of crops) cropBytes += crop.planes.length;
        batch.crops.push(...crops);
      }),
    step: (step, frame) => timed(() => steps.push(step, frame)),
    hear: (news) => {
      if (broken) return;
      if (news.type === 'ledger') batch.ledger.push(...news.entries);
      else if (news.type === 'event') batch.events.push({ at: news.at, level: news.level, text: news.text });
      else if (batch.keyframes.length < MOST_KEYFRAME_PICTURES) batch.keyframes.push(...news.keyframes);
      else batch.keyframes.push(...news.keyframes.map(({ picture: _picture, ...place }) => place));
    },
    addVideo: (video, row) => batch.videos.push({ ...row, video }),
    seeVideoFrame: (row) => {
      if (!broken && batch.videoFrames.length < MOST_FRAMES) batch.videoFrames.push(row);
    },
    flush,
    written,
    get meanMs() {
      return frames === 0 ? 0 : spentMs / frames;
    },
    close: async (counter) => {
      const late = sleep(CLOSE_WITHIN_MS, undefined, { ref: false });
      const finish = async (): Promise<void> => {
        await state;
        await written();
        batch.facts = { ...batch.facts, endedAt: Date.now() };
        flush(counter);
        await written();
        if (broken) return;
        order({ type: 'close' });
        await gone;
      };
      await Promise.race([finish(), late]);
      ended = true;
      await worker.terminate();
    },
  };
};
