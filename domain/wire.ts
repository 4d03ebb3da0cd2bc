import { z } from 'zod';
import { profileName } from './calibration-profile.ts';
import { cellDrawing } from './cell-drawing.ts';
import { fieldReport } from './field-report.ts';
import { groundMark } from './ground.ts';
import { sessionId } from './session.ts';

/** Version of the live protocol; a page of another version asks to be reloaded. */
export const WIRE_VERSION = 2;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes expected');

/** Life of a camera process as its viewers see it. */
export const cameraStatus = z.strictObject({
  id: z.string().max(60),
  source: z.string().max(2000),
  state: z.enum(['starting', 'running', 'paused', 'reconnecting', 'restarting', 'ended', 'failed']),
  /** One line for a technician; empty when all is well. */
  reason: z.string().max(500),
  classes: z.array(z.string().max(40)).max(100),
  model: z.string().max(120),
  engine: z.string().max(60),
  engineReason: z.string().max(300),
  umPerPx: z.number().optional(),
  umPerPxFrom: z.enum(['given', 'source', 'bundle', 'estimated', 'calibration']),
  /** Name of the calibration profile in use. */
  calibration: z.string().max(60).optional(),
  /** How often the process was started anew after a crash. */
  restarts: z.int().min(0),
  /** Id of the session that it writes. */
  session: z.string().max(40).optional(),
  /** Whether the video of the session is being written. */
  recording: z.boolean().optional(),
});
export type CameraStatus = z.infer<typeof cameraStatus>;

/** A keyframe of the slide map with its picture: position in camera pixels on its island; `picture` a small JPEG of the whole field. */
export const mapKeyframe = z.strictObject({
  id: z.int().min(1),
  island: z.int().min(1),
  x: z.number(),
  y: z.number(),
  widthPx: z.int(),
  heightPx: z.int(),
  picture: bytes.optional(),
});
export type MapKeyframe = z.infer<typeof mapKeyframe>;

/** A cell on the slide map: centre and size in camera pixels on its island, to the pixel; `score` 0 to 1, to the hundredth. */
export const mapCell = z.strictObject({
  id: z.int().min(1),
  island: z.int().min(1),
  classIndex: z.int().min(0),
  x: z.number(),
  y: z.number(),
  widthPx: z.number().min(0),
  heightPx: z.number().min(0),
  score: z.number(),
  state: z.enum(['counted', 'waiting', 'excluded']),
});
export type MapCell = z.infer<typeof mapCell>;

/** How a cell is drawn. */
export const mapDrawing = cellDrawing.extend({ id: z.int().min(1) });
export type MapDrawing = z.infer<typeof mapDrawing>;

/** Ground that the network looked at: camera pixels from the corner of a keyframe, with which it moves. */
export const mapTile = z.strictObject({ keyframe: z.int().min(1), box: z.tuple([z.number(), z.number(), z.number(), z.number()]) });
export type MapTile = z.infer<typeof mapTile>;

/**
 * What a viewer of `/api/cameras/ID/live` receives, each a msgpack binary message.
 * `picture` shows the very frame that `report` speaks of.
 */
export const liveMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), version: z.literal(WIRE_VERSION), status: cameraStatus }),
  z.strictObject({ type: z.literal('status'), status: cameraStatus }),
  z.strictObject({
    type: z.literal('frame'),
    report: fieldReport,
    picture: bytes,
    /**
     * Absent, `picture` is a JPEG. Otherwise it is this frame's chunk of an H.264 stream (Annex B), for viewers that asked for one: `codec` as
     * WebCodecs takes it, `key` where decoding can begin. After a skipped frame the next one sent is a keyframe.
     */
    video: z.strictObject({ codec: z.string().max(60), key: z.boolean() }).optional(),
    /** From capture to the moment this message left the camera process, in ms. */
    latencyMs: z.number(),
    /** Frames that this viewer was too slow for, since it joined. */
    skipped: z.int().min(0),
  }),
  /** News of the slide map; with `whole` it replaces what the viewer has. */
  z.strictObject({
    type: z.literal('map'),
    whole: z.boolean(),
    keyframes: z.array(mapKeyframe).max(10_000),
    cells: z.array(mapCell).max(200_000),
    removedCells: z.array(z.int()).max(200_000),
    /** Cells that were drawn, or drawn better, since; with `whole` all of them. Absent where the model draws none. */
    drawn: z.array(mapDrawing).max(200_000).optional(),
    /** Where cells are not counted: all such squares, whenever they change. */
    ground: z.array(groundMark).max(100_000).optional(),
    /** Ground that was looked at since; with `whole` all of it. */
    looked: z.strictObject({ whole: z.boolean(), tiles: z.array(mapTile).max(200_000) }).optional(),
  }),
  z.strictObject({
    type: z.literal('event'),
    /** Wall clock, ms since 1970. */
    at: z.number(),
    level: z.enum(['info', 'warning', 'error']),
    text: z.string().max(500),
  }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;

/** How a viewer wants its pictures; with `webcodecs` it is given JPEG all the same where the service cannot code a stream. */
export const pictureWish = z.enum(['jpeg', 'webcodecs']);
export type PictureWish = z.infer<typeof pictureWish>;

/**
 * What a viewer may say, as JSON text; anything else is not heard. Its first wish may stand in the address, as `?video=webcodecs`.
 * `keyframe`: its decoder must begin anew. `taken`: so many frames were dealt with since the socket was opened; a viewer that says so is sent no
 * more than it keeps up with, one that does not is judged by what its socket takes in.
 */
export const viewerMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('pictures'), as: pictureWish }),
  z.strictObject({ type: z.literal('keyframe') }),
  z.strictObject({ type: z.literal('taken'), frames: z.int().min(0) }),
]);
export type ViewerMessage = z.infer<typeof viewerMessage>;

/** Body of `POST /api/cameras`: opens a source, replacing what the camera of that id shows. */
export const openCamera = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('main'),
  source: z.string().min(1).max(2000),
  umPerPx: z.number().positive().max(10).optional(),
  /** Calibration profile; empty for none, left out for the configured one. */
  calibration: z.union([profileName, z.literal('')]).optional(),
  /** Goes on with this session: same ids, same map. */
  session: sessionId.optional(),
});
export type OpenCamera = z.infer<typeof openCamera>;

/** Answer of `GET /api/sources`: what the source picker offers. */
export const sourceOffer = z.strictObject({
  kind: z.enum(['simulate', 'camera', 'file', 'url']),
  address: z.string().max(2000),
  label: z.string().max(200),
});
export type SourceOffer = z.infer<typeof sourceOffer>;

/** Body of every answer that is not a success. */
export const problem = z.strictObject({ error: z.strictObject({ kind: z.string(), message: z.string() }) });
export type Problem = z.infer<typeof problem>;
