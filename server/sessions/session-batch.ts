import type { CellDrawing } from '../../domain/cell-drawing.ts';
import type { CellRecord } from '../../domain/cell-record.ts';
import type { Box } from '../../domain/geometry.ts';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { SessionEvent, SessionFacts } from '../../domain/session.ts';
import type { MapKeyframe } from '../../domain/wire.ts';
import type { RawStep } from '../replay/stored-step.ts';

export type FrameRow = {
  readonly id: number;
  readonly atMs: number;
  readonly state: string;
  readonly sharpness: number;
  readonly placement: { readonly island: number; readonly x: number; readonly y: number; readonly confidence: number } | undefined;
  readonly keyframe: number | undefined;
  /** The keyframe that its place moves with, and where it lies from there. */
  readonly anchor?: { readonly keyframe: number; readonly x: number; readonly y: number } | undefined;
};

/** A flowing cell in one frame, box in that frame's pixels. */
export type TrackRow = {
  readonly frame: number;
  readonly track: number;
  readonly classIndex: number;
  readonly score: number;
  readonly state: string;
  readonly box: Box;
};

export type SightingRow = {
  readonly cell: number;
  readonly frame: number;
  readonly atMs: number;
  readonly box: Box;
  readonly classIndex: number;
  readonly score: number;
  readonly cut: boolean;
};

export type CellRow = Omit<CellRecord, 'class' | 'cropVersion' | 'widthUm' | 'heightUm' | 'drawing' | 'shape'>;

/** How a cell is drawn now. */
export type DrawingRow = { readonly cell: number; readonly drawing: CellDrawing };

/** A cut-out of a frame, before it is encoded: I420, planes without gaps, even sides. `x0`, `y0`: its corner within the frame. */
export type RawCrop = {
  readonly cell: number;
  readonly frame: number;
  readonly quality: number;
  readonly x0: number;
  readonly y0: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fullRange: boolean;
  readonly planes: Uint8Array<ArrayBuffer>;
};

export type VideoRow = {
  readonly file: string;
  readonly codec: string;
  readonly kind: 'video' | 'timelapse';
  readonly widthPx: number;
  readonly heightPx: number;
};

export type VideoFrameRow = { readonly frame: number; readonly video: number; readonly videoMs: number };

/** Area of the slide that was looked at, and size of a frame; `countedUm2` for each class, as in the report of a field. */
export type LookedArea = {
  readonly areaUm2: number;
  readonly countedUm2?: readonly number[] | undefined;
  readonly widthPx: number;
  readonly heightPx: number;
};

/** Facts that changed; `counts` has one number for each class. */
export type SessionNotes = Partial<SessionFacts> & { readonly counts?: readonly number[]; readonly looked?: LookedArea };

/** What is written in one transaction. */
export type SessionBatch = {
  readonly facts: SessionNotes;
  readonly frames: readonly FrameRow[];
  readonly tracks?: readonly TrackRow[];
  readonly sightings: readonly SightingRow[];
  readonly cells: readonly CellRow[];
  readonly drawings?: readonly DrawingRow[];
  readonly ledger: readonly LedgerEntry[];
  readonly events: readonly SessionEvent[];
  readonly keyframes: readonly MapKeyframe[];
  readonly crops: readonly RawCrop[];
  readonly videos: readonly (VideoRow & { readonly video: number })[];
  readonly videoFrames: readonly VideoFrameRow[];
  /** How it was counted, for a replay. */
  readonly steps?: readonly RawStep[];
};

/** What an earlier process left in the session, and where a new one goes on: frame ids and capture times keep rising. */
export type SessionState = { readonly nextFrame: number; readonly nextMs: number; readonly videos: number; readonly continued: boolean } & {
  /** How its video was being written when its process was killed. */
  readonly interrupted?: 'video' | 'timelapse';
};

/** What of it the restored slide map still knows; the rest was written after the map was. */
export type RestoredMap = { readonly cells: number; readonly ledger: number; readonly keyframes: number };

export type ToSessionThread =
  | { readonly type: 'open'; readonly folder: string }
  | { readonly type: 'trim'; readonly map: RestoredMap }
  | { readonly type: 'write'; readonly batch: SessionBatch }
  | { readonly type: 'close' };

export type FromSessionThread =
  | { readonly type: 'opened'; readonly state: SessionState }
  | { readonly type: 'unusable'; readonly what: string }
  /** The batch is on disk. */
  | { readonly type: 'written' }
  /** It is not yet, and tried again. */
  | { readonly type: 'stuck'; readonly what: string }
  | { readonly type: 'closed' };
