import type { BundleCard } from '../../domain/bundle-card.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { SessionFacts } from '../../domain/session.ts';
import type { Sighted } from '../../pipelines/slide/cell.ts';
import type { SavedSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import { packageVersion } from '../cli/version.ts';
import type { RestoredMap } from '../sessions/session-batch.ts';
import type { SessionOrder } from '../sessions/session-place.ts';
import { createSessionRecorder, type SessionRecorder } from '../sessions/session-recorder.ts';
import type { CameraSettings, EventNews } from './camera-messages.ts';
import type { NewsChannel } from './news-channel.ts';

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
  see(report: FieldReport): void;
  sight(frame: Frame, sighted: readonly Sighted[]): void;
  /** Time that keeping takes for a frame, in ms. */
  readonly meanMs: number;
  /** Goes on in another folder. */
  renew(order: SessionOrder | undefined): void;
  tick(counter: SmearCounter | undefined): void;
  /** Settles when everything is on disk. */
  close(counter: SmearCounter | undefined): Promise<void>;
};

const EVERY_MS = 400;
const NOTHING: RestoredMap = { cells: 0, ledger: 0, keyframes: 0 };

/** `tellEvent` hears when something cannot be kept, and when it can again. */
export const createSessionKeeper = (
  first: SessionOrder | undefined,
  channel: NewsChannel,
  tellEvent: (level: EventNews['level'], text: string) => void,
): SessionKeeper => {
  let order = first;
  let known: Known | undefined;
  let flushedAt = 0;
  const open = (): SessionRecorder | undefined => order && createSessionRecorder(order.folder, (text) => tellEvent('warning', text));
  let recorder = open();
  const noteFacts = (map: RestoredMap): void => {
    if (recorder === undefined || order === undefined || known === undefined) return;
    const { id, camera } = order;
    const into = recorder;
    const facts = known;
    void into.state.then((state) => {
      if (state === undefined) return;
      if (state.continued) into.resume(map);
      into.note({
        ...facts,
        settings: JSON.parse(JSON.stringify(facts.settings)),
        program: packageVersion(),
        ...(state.continued ? {} : { id, camera, startedAt: Date.now(), kept: false, flags: [] }),
      });
    });
  };
  return {
    channel: {
      tell: (news) => {
        if (news.type === 'ledger' || news.type === 'map' || news.type === 'event') recorder?.hear(news);
        channel.tell(news);
      },
      get behind() {
        return channel.behind;
      },
    },
    start: (async () => {
      const state = await recorder?.state;
      return { nextFrame: state?.nextFrame ?? 0, nextMs: state?.nextMs ?? 0 };
    })(),
    begin: (now, saved) => {
      known = now;
      noteFacts(
        saved === undefined ? NOTHING : { cells: saved.cells.length, ledger: saved.ledger.length, keyframes: saved.keyframes.length },
      );
    },
    see: (report) => recorder?.see(report),
    sight: (frame, sighted) => recorder?.sight(frame, sighted),
    get meanMs() {
      return recorder?.meanMs ?? 0;
    },
    renew: (next) => {
      void recorder?.close(undefined);
      order = next;
      recorder = open();
      noteFacts(NOTHING);
    },
    tick: (counter) => {
      if (performance.now() - flushedAt < EVERY_MS) return;
      flushedAt = performance.now();
      recorder?.flush(counter);
    },
    close: async (counter) => recorder?.close(counter),
  };
};

/** The model as a session names it. */
export const modelOf = ({ name, version, files }: BundleCard): SessionFacts['model'] => {
  const sha256 = files.find(({ path }) => path.endsWith('.onnx'))?.sha256;
  return { name, version, ...(sha256 === undefined ? {} : { sha256 }) };
};
