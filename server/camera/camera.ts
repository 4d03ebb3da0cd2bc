import type { MeasureRequest } from '../../domain/calibration-measure.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { CameraStatus, PictureWish } from '../../domain/wire.ts';
import type { SignalCall, SignalReply } from '../ingest/webrtc-signal.ts';
import type { CameraNews, CameraSettings, EventNews, MapNews, MeasureAnswer } from './camera-messages.ts';

/** A frame as somebody looks at it: as a JPEG, as a chunk of the coded stream, or both. */
export type FrameNews = Extract<CameraNews, { type: 'frame' }>;

/** What a viewer of a camera is told. */
export type ViewerNews = { readonly type: 'status'; readonly status: CameraStatus } | FrameNews | MapNews | EventNews;

export type Viewer = (news: ViewerNews) => void;

/** One camera of the server: a source, and the supervised process that counts what it shows. */
export type Camera = {
  readonly id: string;
  readonly status: CameraStatus;
  /** What was said of the latest frame. */
  readonly report: FieldReport | undefined;
  /** Every decision on a cell, as far as it was told. */
  readonly ledger: readonly LedgerEntry[];
  readonly viewers: number;
  /** Process id of the camera process, while there is one. */
  readonly pid: number | undefined;
  /** Shows another source from now on, in a new session or going on with one. */
  open(source: string, settings: CameraSettings, session?: string): Promise<void>;
  pause(): void;
  resume(): void;
  /** Relays what a WebRTC peer asks of the camera process. */
  signal(call: SignalCall): Promise<SignalReply>;
  /** Has the camera process look at its next pictures for a calibration. */
  measure(request: MeasureRequest): Promise<MeasureAnswer>;
  /** Begins or ends the video of the session. */
  record(on: boolean): void;
  /** Has the camera process take up the bundle that the model's name stands for now. */
  changeModel(): void;
  /** Clears the slide map and the counts; begins anew where the source had ended or failed. */
  reset(): void;
  /**
   * Tells the viewer first what there is (status, map, past events, the latest picture), then all that comes. Said again with another wish, only
   * the kind of its pictures changes. The returned function takes the viewer away.
   */
  watch(viewer: Viewer, pictures?: PictureWish): () => void;
  /** Has the coded stream begin anew for a viewer that lost its thread. */
  askForKeyframe(): void;
  close(): Promise<void>;
};
