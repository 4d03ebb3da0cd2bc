import { z } from 'zod';
import { type MeasureRequest, measured } from '../../domain/calibration-measure.ts';
import type { CalibrationProfile } from '../../domain/calibration-profile.ts';
import { configuration } from '../../domain/configuration.ts';
import { fieldReport } from '../../domain/field-report.ts';
import { groundMark } from '../../domain/ground.ts';
import { ledgerEntry } from '../../domain/ledger.ts';
import { cameraStatus, mapCell, mapDrawing, mapKeyframe, mapTile } from '../../domain/wire.ts';
import { type SignalCall, signalReply } from '../ingest/webrtc-signal.ts';
import type { SessionOrder } from '../sessions/session-place.ts';

/** What a camera process needs to know of the configuration: nothing of the network side, the token least of all. */
export const cameraSettings = configuration.omit({ host: true, port: true, token: true, dataDir: true, source: true });
/** With the calibration profile itself beside its name, and the folders that the model's name is looked up in first. */
export type CameraSettings = z.infer<typeof cameraSettings> & {
  readonly profile?: CalibrationProfile | undefined;
  readonly searchIn?: readonly string[];
};

/** Kinds of pictures that somebody looks at; without viewers none are made. */
export type Watched = { readonly jpeg: boolean; readonly video: boolean };

/** Server to camera process. */
export type CameraOrder =
  | { readonly type: 'open'; readonly source: string; readonly settings: CameraSettings; readonly session?: SessionOrder }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Begins or ends the video of the session. */
  | { readonly type: 'record'; readonly on: boolean }
  | { readonly type: 'reset'; readonly session?: SessionOrder }
  /** The model's name may stand for another bundle now. */
  | { readonly type: 'model' }
  | { readonly type: 'watch'; readonly watched: Watched }
  /** A viewer of the coded stream begins, or begins again. */
  | { readonly type: 'keyframe' }
  /** A WebRTC peer asks for something; the answer bears the same number. */
  | { readonly type: 'signal'; readonly number: number; readonly call: SignalCall }
  /** Looks at the next pictures for a calibration; the answer bears the same number. */
  | { readonly type: 'measure'; readonly number: number; readonly request: MeasureRequest }
  | { readonly type: 'stop' };

/** What the camera process itself knows of its status; the supervisor adds the rest. */
export const processStatus = cameraStatus.omit({ id: true, source: true, restarts: true, session: true });
export type ProcessStatus = z.infer<typeof processStatus>;

/** Of a process that has said nothing yet. */
export const startingStatus = (): ProcessStatus => ({
  state: 'starting',
  reason: '',
  classes: [],
  model: '',
  engine: '',
  engineReason: '',
  umPerPx: undefined,
  umPerPxFrom: 'given',
});

export const mapNews = z.strictObject({
  type: z.literal('map'),
  whole: z.boolean(),
  keyframes: z.array(mapKeyframe),
  cells: z.array(mapCell),
  removedCells: z.array(z.int()),
  drawn: z.array(mapDrawing).optional(),
  ground: z.array(groundMark).optional(),
  looked: z.strictObject({ whole: z.boolean(), tiles: z.array(mapTile) }).optional(),
});
export type MapNews = z.infer<typeof mapNews>;

/** Entries of the ledger, in the order of their numbers; the first replaces what is known from its number on. */
export const ledgerNews = z.strictObject({ type: z.literal('ledger'), entries: z.array(ledgerEntry).min(1) });

export const eventNews = z.strictObject({
  type: z.literal('event'),
  at: z.number(),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
});
export type EventNews = z.infer<typeof eventNews>;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes expected');

/** What a measurement gave, with the picture it was made on as a JPEG; or why it could not be made. */
export const measureAnswer = z.union([z.strictObject({ measured, picture: bytes }), z.strictObject({ refused: z.string().max(500) })]);
export type MeasureAnswer = z.infer<typeof measureAnswer>;

/** Camera process to server. Parsed on arrival: a stage that says NaN must not reach a viewer. */
export const cameraNews = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('status'), status: processStatus }),
  z.strictObject({
    type: z.literal('frame'),
    report: fieldReport,
    /** JPEG of the very frame that `report` speaks of; absent while nobody looks. */
    picture: bytes.optional(),
    /** The same frame in the coded stream, while somebody looks at that. */
    video: z.strictObject({ codec: z.string().max(60), key: z.boolean(), data: bytes }).optional(),
    latencyMs: z.number(),
  }),
  mapNews,
  ledgerNews,
  eventNews,
  z.strictObject({ type: z.literal('signal'), number: z.int(), reply: signalReply }),
  z.strictObject({ type: z.literal('measured'), number: z.int(), answer: measureAnswer }),
  /** Sent each second, so that a process that hangs is noticed. */
  z.strictObject({ type: z.literal('alive') }),
]);
export type CameraNews = z.infer<typeof cameraNews>;
