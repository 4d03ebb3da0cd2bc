import { z } from 'zod';

/** Id of a session: when it began (UTC) and six random hex digits, so that names sort by time. */
export const sessionId = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{6}$/, 'a session id looks like 20260131-142501-0c4f9a');

/** What is known of a session besides its frames and cells. Facts that came with a later version of the program are optional. */
export const sessionFacts = z.strictObject({
  id: sessionId,
  camera: z.string().max(60),
  /** The source as it is shown: it holds no password. */
  source: z.string().max(2000),
  specimen: z.enum(['smear', 'flow']),
  operator: z.string().max(200).optional(),
  specimenId: z.string().max(200).optional(),
  classes: z.array(z.string().max(40)).max(100),
  model: z.strictObject({
    name: z.string().max(120),
    version: z.string().max(40),
    /** Of the network's file. */
    sha256: z.string().max(64).optional(),
  }),
  /** Models that counted before this one took over in the middle of the session; `untilMs` on the session's clock. */
  modelsBefore: z
    .array(
      z.strictObject({
        name: z.string().max(120),
        version: z.string().max(40),
        sha256: z.string().max(64).optional(),
        untilMs: z.number(),
      }),
    )
    .max(100)
    .optional(),
  engine: z.string().max(60),
  umPerPx: z.number().optional(),
  umPerPxFrom: z.string().max(20).optional(),
  /** Name of the calibration profile. */
  calibration: z.string().max(100).optional(),
  /** Settings that the session was counted with. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Version of the program. */
  program: z.string().max(40),
  /** Wall clock, ms since 1970. */
  startedAt: z.number(),
  /** Absent while it goes on, and where its process was killed. */
  endedAt: z.number().optional(),
  /** Kept sessions are removed by hand alone. */
  kept: z.boolean(),
  flags: z.array(z.string().max(60)).max(50),
  /** How its video was being written last. */
  record: z.enum(['off', 'video', 'timelapse']).optional(),
});
export type SessionFacts = z.infer<typeof sessionFacts>;

/** Body of `PATCH /api/sessions/ID`: what a person says of a session. */
export const sessionChange = z.strictObject({
  operator: z.string().max(200).optional(),
  specimenId: z.string().max(200).optional(),
  kept: z.boolean().optional(),
  flags: z.array(z.string().max(60)).max(50).optional(),
});
export type SessionChange = z.infer<typeof sessionChange>;

/** A session in the list. */
export const sessionSummary = z.strictObject({
  ...sessionFacts.omit({ settings: true }).shape,
  /** From the first frame to the last, on the session's clock. */
  durationMs: z.number().min(0),
  frames: z.int().min(0),
  /** Counted cells of each class. */
  counts: z.record(z.string(), z.int().min(0)),
  /** Every cell that is not withdrawn. */
  cells: z.int().min(0),
  keyframes: z.int().min(0),
  /** Whether a camera writes it now. */
  live: z.boolean(),
  /** Whether its video is being written. */
  recording: z.boolean(),
  videoMs: z.number().min(0),
  bytes: z.number().min(0),
});
export type SessionSummary = z.infer<typeof sessionSummary>;

/** Sessions in the order asked for, newest first where none was; `next` continues where `sessions` ends. */
export const sessionPage = z.strictObject({
  total: z.int().min(0),
  sessions: z.array(sessionSummary).max(200),
  next: z.string().max(200).optional(),
});
export type SessionPage = z.infer<typeof sessionPage>;

/** A moment: ms since 1970, or a day (2026-01-31) or time (2026-01-31T14:25) on the service's clock. */
const moment = z.union([
  z.coerce.number().min(-8.64e15).max(8.64e15),
  z
    .string()
    .max(40)
    .regex(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/, 'write ms since 1970, or a day like 2026-01-31'),
]);

/** `WBC:100,RBC:1000`: at least so many counted cells of these classes. */
const classCounts = z
  .string()
  .max(1000)
  .regex(/^[^:,]{1,40}:\d{1,9}(,[^:,]{1,40}:\d{1,9}){0,19}$/, 'write CLASS:N, several with commas');

/** Which sessions are asked for, in which order; what is left out says nothing. */
export const sessionsQuery = z.strictObject({
  /** Words that all stand in the id, camera, source, operator, specimen, model, flags or date. */
  search: z.string().max(200).optional(),
  /** Part of the operator's name, or of the specimen's id. */
  operator: z.string().max(200).optional(),
  specimenId: z.string().max(200).optional(),
  flag: z.string().max(60).optional(),
  /** Begun at or after, and until; a day as `to` is meant with all its hours. */
  from: moment.optional(),
  to: moment.optional(),
  minCells: z.coerce.number().int().min(0).max(1e9).optional(),
  minCounts: classCounts.optional(),
  kept: z.stringbool().optional(),
  sort: z.enum(['started', 'cells', 'duration', 'bytes', 'operator', 'specimen']).default('started'),
  order: z.enum(['asc', 'desc']).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export type SessionsQuery = z.infer<typeof sessionsQuery>;

/** Something that happened in a session. */
export const sessionEvent = z.strictObject({
  /** Wall clock, ms since 1970. */
  at: z.number(),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string().max(500),
});
export type SessionEvent = z.infer<typeof sessionEvent>;

/** Answer of `GET /api/sessions/ID`. */
export const sessionDetail = z.strictObject({
  ...sessionSummary.shape,
  settings: sessionFacts.shape.settings,
  /** The latest, oldest first. */
  events: z.array(sessionEvent).max(1000),
  /** Starts of the camera process: `startMs` and `firstFrame` on the session's clock, `at` on the wall. */
  runs: z.array(z.strictObject({ firstFrame: z.int().min(0), startMs: z.number(), at: z.number() })).max(10_000),
});
export type SessionDetail = z.infer<typeof sessionDetail>;
