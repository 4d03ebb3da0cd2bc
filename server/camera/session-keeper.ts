import type { BundleCard } from '../../domain/bundle-card.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { SessionFacts } from '../../domain/session.ts';
import type { OnStep } from '../../pipelines/replay/step-teller.ts';
import type { Sighted } from '../../pipelines/slide/cell.ts';
import type { SavedSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import { packageVersion } from '../cli/version.ts';
import type { RestoredMap } from '../sessions/session-batch.ts';
import type { SessionOrder } from '../sessions/session-place.ts';
import { createSessionRecorder, type SessionRecorder } from '../sessions/session-recorder.ts';
import type { CameraSettings, EventNews } from './camera-messages.ts';
import type { NewsChannel } from './news-channel.ts';
import { createSessionVideo, type SessionVideo } from './session-video.ts';

/** What the camera process knows of its session before the first frame. */
export type Known = Pick<SessionFacts, 'source' | 'specimen' | 'classes' | 'model' | 'engine' | 'umPerPx' | 'umPerPxFrom'> &
  Partial<Pick<SessionFacts, 'calibration'>> & { readonly settings: CameraSettings };

/** Writes the session of a camera process. Without an order it does nothing. */
export type SessionKeeper = {
  /** The given channel; what goes through it is kept. */
  readonly channel: NewsChannel;
  /** How far the session had come: the new frames' ids and capture times are moved on by it. */
  readonly start: Promise<{ readonly nextFrame: number; readonly nextMs: number }>;
  /** Tells what is counted, and which map it goes on with. */
  begin(known: Known, saved: SavedSlideMap | undefined): void;
  /** Borrows the frame. */
  see(frame: Frame, report: FieldReport): void;
  sight(frame: Frame, sighted: readonly Sighted[]): void;
  /** Keeps how it is counted, and while a video is made the pictures that the network sees. */
  readonly step: OnStep;
  /** Time that keeping takes for a frame, in ms. */
  readonly meanMs: number;
  /** Whether the room for sessions is used up: what is large is not kept. */
  readonly full: boolean;
  /** Begins or ends the video. */
  record(on: boolean): void;
  /** From now on another model counts; `former` did until then. */
  changeModel(model: SessionFacts['model'], engine: string, former: NonNullable<SessionFacts['modelsBefore']>[number]): void;
  /** Goes on in another folder. */
  renew(order: SessionOrder | undefined): void;
  tick(counter: SmearCounter | undefined): void;
  /** Settles when everything is on disk. */
  close(counter: SmearCounter | undefined): Promise<void>;
};

const EVERY_MS = 400;
const NOTHING: RestoredMap = { cells: 0, ledger: 0, keyframes: 0 };

type Kept = { readonly order: SessionOrder; readonly recorder: SessionRecorder; readonly video: SessionVideo };

export type KeeperPorts = {
  readonly settings: CameraSettings;
  readonly server: NewsChannel;
  /** Hears when something cannot be kept, and when it can again. */
  readonly tellEvent: (level: EventNews['level'], text: string) => void;
  readonly onRecording: (recording: boolean) => void;
};

export const createSessionKeeper = (
  first: SessionOrder | undefined,
  { settings, server, tellEvent, onRecording }: KeeperPorts,
): SessionKeeper => {
  let known: Known | undefined;
  /** Models that counted this session before the present one. */
  const before: NonNullable<SessionFacts['modelsBefore']> = [];
  let flushedAt = 0;
  const kind = settings.record === 'timelapse' ? 'timelapse' : 'video';

  const open = (order: SessionOrder | undefined): Kept | undefined => {
    if (order === undefined) return undefined;
    const recorder = createSessionRecorder(order.folder, (text) => tellEvent('warning', text));
    const videos = recorder.state.then((state) => state?.videos ?? 0);
    const { folder } = order;
    return { order, recorder, video: createSessionVideo({ folder, settings, recorder, tellEvent, onChange: onRecording }, videos) };
  };
  let kept = open(first);

  const describe = async (map: RestoredMap, record: boolean): Promise<void> => {
    if (kept === undefined || known === undefined) return;
    const { order, recorder, video } = kept;
    const facts = { ...known, settings: JSON.parse(JSON.stringify(known.settings)), program: packageVersion() };
    const state = await recorder.state;
    if (state === undefined) return;
    if (state.continued) recorder.resume(map);
    const { id, camera } = order;
    recorder.note({ ...facts, ...(state.continued ? {} : { id, camera, startedAt: Date.now(), kept: false, flags: [], record: 'off' }) });
    // What was being recorded when its process was killed goes on by itself.
    if (record || settings.record !== 'off' || state.interrupted !== undefined) video.start(state.interrupted ?? kind);
  };

  const close = async (old: Kept | undefined, counter: SmearCounter | undefined): Promise<void> => {
    await old?.video.close();
    await old?.recorder.close(counter);
  };

  return {
    channel: {
      tell: (news) => {
        if (news.type === 'ledger' || news.type === 'map' || news.type === 'event') kept?.recorder.hear(news);
        server.tell(news);
      },
      get behind() {
        return server.behind;
      },
    },
    start: (async () => {
      const state = await kept?.recorder.state;
      return { nextFrame: state?.nextFrame ?? 0, nextMs: state?.nextMs ?? 0 };
    })(),
    begin: (now, saved) => {
      known = now;
      void describe(
        saved === undefined ? NOTHING : { cells: saved.cells.length, ledger: saved.ledger.length, keyframes: saved.keyframes.length },
        false,
      );
    },
    see: (frame, report) => {
      kept?.recorder.see(report);
      kept?.video.see(frame, report);
    },
    sight: (frame, sighted) => kept?.recorder.sight(frame, sighted),
    step: (step, frame) => kept?.recorder.step(step, kept.video.wanted ? frame : undefined),
    get meanMs() {
      return kept?.recorder.meanMs ?? 0;
    },
    get full() {
      return kept?.video.full ?? false;
    },
    record: (on) => {
      if (on) kept?.video.start(kind);
      else void kept?.video.stop();
    },
    changeModel: (model, engine, former) => {
      if (known === undefined) return;
      known = { ...known, model, engine };
      before.push(former);
      kept?.recorder.note({ model, engine, modelsBefore: before.slice(-100) });
    },
    renew: (next) => {
      before.length = 0;
      const record = kept?.video.recording ?? false;
      void close(kept, undefined);
      kept = open(next);
      void describe(NOTHING, record);
    },
    tick: (counter) => {
      if (performance.now() - flushedAt < EVERY_MS) return;
      flushedAt = performance.now();
      kept?.recorder.flush(counter);
    },
    close: (counter) => close(kept, counter),
  };
};

/** The model as a session names it. */
export const modelOf = ({ name, version, files }: BundleCard): SessionFacts['model'] => {
  const sha256 = files.find(({ path }) => path.endsWith('.onnx'))?.sha256;
  return { name, version, ...(sha256 === undefined ? {} : { sha256 }) };
};
