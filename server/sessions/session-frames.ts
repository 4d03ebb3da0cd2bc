import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { fieldState } from '../../domain/field-report.ts';
import type { FramesQuery, RecordedFrame, RecordedVideo, Timeline } from '../../domain/recording.ts';

type Row = Record<string, SQLOutputValue>;

/** A frame whose picture is in a video. */
export type FilmedFrame = RecordedFrame & { readonly video: NonNullable<RecordedFrame['video']> };

/** Reads the frames of a session. */
export type SessionFrames = {
  frame(id: number): RecordedFrame | undefined;
  frames(query: FramesQuery): RecordedFrame[];
  /** Those in videos from one id to another, so many at most, in order. */
  filmed(from: number, to: number, limit: number): FilmedFrame[];
  countFilmed(): number;
  /** The keyframe that lies nearest to where a frame lies, or, where its place is not known, was made nearest in time. */
  nearestKeyframe(frame: RecordedFrame): number | undefined;
  /** Size of a frame, as its video or its keyframe has it. */
  sizeOf(frame: RecordedFrame): { readonly widthPx: number; readonly heightPx: number } | undefined;
  /** Ids of the cells that were detected in the frame. */
  sightedIn(frame: number): Set<number>;
  /** File names and sizes by number. */
  videoFiles(): { readonly n: number; readonly file: string; readonly widthPx: number; readonly heightPx: number }[];
  videos(): RecordedVideo[];
  timeline(bins: number): Timeline;
};

const NOT_REJECTED = new Set(['sharp', 'resting']);
const REJECTED = fieldState.options
  .filter((state) => !NOT_REJECTED.has(state))
  .map((state) => `'${state}'`)
  .join(', ');

const optional = <Key extends string>(key: Key, value: SQLOutputValue | undefined): Partial<Record<Key, number>> =>
  value === null || value === undefined ? {} : ({ [key]: Number(value) } as Record<Key, number>);

const frameOf = (row: Row): RecordedFrame => ({
  id: Number(row['id']),
  atMs: Number(row['at_ms']),
  state: String(row['state']),
  sharpness: Number(row['sharpness']),
  ...optional('island', row['island']),
  ...optional('x', row['x']),
  ...optional('y', row['y']),
  ...optional('confidence', row['confidence']),
  ...optional('keyframe', row['keyframe']),
  ...(row['video'] === null ? {} : { video: { n: Number(row['video']), ms: Number(row['video_ms']) } }),
});

export const createSessionFrames = (database: DatabaseSync): SessionFrames => {
  const columns = database.prepare("SELECT name FROM pragma_table_info('frames')").all();
  // Sessions of before know of a frame's place as it was then alone.
  const anchored = columns.some(({ name }) => name === 'anchor');
  const place = anchored
    ? 'coalesce(k.island, f.island) AS island, coalesce(k.x + f.anchor_x, f.x) AS x, coalesce(k.y + f.anchor_y, f.y) AS y'
    : 'f.island, f.x, f.y';
  const select = `SELECT f.id, f.at_ms, f.state, f.sharpness, ${place}, f.confidence, f.keyframe, v.video, v.video_ms
    FROM frames f ${anchored ? 'LEFT JOIN keyframes k ON k.id = f.anchor' : ''}`;
  const any = `${select} LEFT JOIN video_frames v ON v.frame = f.id`;
  const filmed = `${select} JOIN video_frames v ON v.frame = f.id`;
  const one = database.prepare(`${any} WHERE f.id = ?`);
  const many = { any: `${any} WHERE`, filmed: `${filmed} WHERE` };
  const until = (kind: 'any' | 'filmed') => database.prepare(`${many[kind]} f.at_ms <= ? ORDER BY f.at_ms DESC, f.id DESC LIMIT 1`);
  const after = (kind: 'any' | 'filmed') => database.prepare(`${many[kind]} f.at_ms > ? ORDER BY f.at_ms, f.id LIMIT 1`);
  const between = (kind: 'any' | 'filmed') => database.prepare(`${many[kind]} f.at_ms BETWEEN ? AND ? ORDER BY f.at_ms, f.id LIMIT ?`);
  const queries = {
    any: { until: until('any'), after: after('any'), between: between('any') },
    filmed: { until: until('filmed'), after: after('filmed'), between: between('filmed') },
  };
  const inOrder = database.prepare(`${filmed} WHERE f.id BETWEEN ? AND ? ORDER BY f.id LIMIT ?`);
  const nearPlace = database.prepare(`SELECT id FROM keyframes WHERE island = ?1 ORDER BY max(abs(x - ?2), abs(y - ?3)) LIMIT 1`);
  const nearTime = database.prepare('SELECT keyframe AS id FROM frames WHERE keyframe IS NOT NULL ORDER BY abs(id - ?) LIMIT 1');
  const keyframeSize = database.prepare('SELECT width_px AS widthPx, height_px AS heightPx FROM keyframes WHERE id = ?');
  const videoSize = database.prepare('SELECT width_px AS widthPx, height_px AS heightPx FROM videos WHERE video = ?');
  const sighted = database.prepare('SELECT cell FROM sightings WHERE frame = ?');
  const stretch = database.prepare(
    `SELECT avg(sharpness) AS sharpness, count(*) AS frames, count(island) AS registered, sum(state IN (${REJECTED})) AS rejected
     FROM frames WHERE at_ms >= ? AND at_ms < ?`,
  );
  const number = (row: Row | undefined): number => Number(Object.values(row ?? {})[0] ?? 0);

  const runs = (): Timeline['runs'] =>
    database
      .prepare('SELECT first_frame AS firstFrame, start_ms AS startMs, at FROM runs ORDER BY run')
      .all() as unknown as Timeline['runs'];
  const videos = (): RecordedVideo[] =>
    database
      .prepare(
        `WITH ends AS (SELECT video, min(frame) AS first, max(frame) AS last FROM video_frames GROUP BY video)
         SELECT v.video AS n, v.kind AS kind, v.codec AS codec, v.width_px AS widthPx, v.height_px AS heightPx, f.at_ms AS startMs, l.at_ms AS endMs
         FROM videos v JOIN ends e ON e.video = v.video JOIN frames f ON f.id = e.first JOIN frames l ON l.id = e.last ORDER BY v.video`,
      )
      .all() as unknown as RecordedVideo[];

  const nearestKeyframe: SessionFrames['nearestKeyframe'] = ({ id, island, x = 0, y = 0 }) => {
    const row = (island === undefined ? undefined : nearPlace.get(island, x, y)) ?? nearTime.get(id);
    return row === undefined ? undefined : number(row);
  };

  return {
    frame: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : frameOf(row);
    },
    frames: ({ frame, at, from, to, video, limit }) => {
      const query = queries[video ? 'filmed' : 'any'];
      const rows =
        frame !== undefined
          ? [one.get(frame)]
          : at !== undefined
            ? [query.until.get(at) ?? query.after.get(at)]
            : query.between.all(from ?? 0, to ?? 0, limit);
      return rows.flatMap((row) => (row === undefined ? [] : frameOf(row)));
    },
    filmed: (from, to, limit) => inOrder.all(from, to, limit).map((row) => frameOf(row) as FilmedFrame),
    countFilmed: () => number(database.prepare('SELECT count(*) FROM video_frames').get()),
    nearestKeyframe,
    sizeOf: (frame) => {
      const near = nearestKeyframe(frame);
      const row = (frame.video && videoSize.get(frame.video.n)) ?? (near === undefined ? undefined : keyframeSize.get(near));
      return row as { widthPx: number; heightPx: number } | undefined;
    },
    sightedIn: (frame) => new Set(sighted.all(frame).map(({ cell }) => Number(cell))),
    videoFiles: () =>
      database
        .prepare('SELECT video AS n, file, width_px AS widthPx, height_px AS heightPx FROM videos ORDER BY video')
        .all() as unknown as ReturnType<SessionFrames['videoFiles']>,
    videos,
    timeline: (bins) => {
      const { startMs, endMs } = database
        .prepare('SELECT coalesce(min(at_ms), 0) AS startMs, coalesce(max(at_ms), 0) AS endMs FROM frames')
        .get() as { startMs: number; endMs: number };
      const widthMs = Math.max(1, (endMs - startMs) / bins);
      const bin = (column: string): string => `min(${bins - 1}, CAST((${column} - ${startMs}) / ${widthMs} AS INTEGER))`;
      // Stretch by stretch along the index of times: grouping all at once would sort them.
      const rows = Array.from({ length: bins }, (_, i) => {
        const endOf = i === bins - 1 ? Number.MAX_VALUE : startMs + (i + 1) * widthMs;
        return stretch.get(startMs + i * widthMs, endOf);
      });
      const cells = database
        .prepare(`SELECT ${bin('first_seen_ms')} AS bin, count(*) AS cells FROM cells WHERE state != 'withdrawn' GROUP BY 1`)
        .all();
      const seen = new Map(cells.map((row) => [Number(row['bin']), Number(row['cells'])]));
      const starts = runs();
      /** Where on the session's clock something happened by the wall clock: the last process that was begun before it tells. */
      const onClock = (at: number): number => {
        const run = starts.findLast((begun) => begun.at <= at) ?? starts[0];
        const next = starts.find((begun) => begun.at > at);
        return Math.max(startMs, Math.min(next?.startMs ?? endMs, run === undefined ? startMs : run.startMs + at - run.at));
      };
      const events = database.prepare('SELECT at, level, text FROM events ORDER BY n DESC LIMIT 1000').all().reverse();
      return {
        startMs,
        endMs,
        bins: Array.from({ length: bins }, (_, i) => {
          const row = rows[i];
          return {
            atMs: startMs + i * widthMs,
            ...(row === undefined || row['sharpness'] === null ? {} : { sharpness: Number(row['sharpness']) }),
            frames: Number(row?.['frames'] ?? 0),
            registered: Number(row?.['registered'] ?? 0),
            rejected: Number(row?.['rejected'] ?? 0),
            cells: seen.get(i) ?? 0,
          };
        }),
        events: events.map((event) => ({
          at: Number(event['at']),
          level: event['level'] as Timeline['events'][number]['level'],
          text: String(event['text']),
          atMs: onClock(Number(event['at'])),
        })),
        runs: starts,
        videos: videos(),
      };
    },
  };
};
