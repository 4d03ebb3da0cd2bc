import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Demuxer, Muxer } from 'node-av';
import type { Packet } from 'node-av/lib';
import sharp from 'sharp';
import type { LedgerEntry } from '../../domain/ledger.ts';
import { seededRandom } from '../../domain/random.ts';
import type { MapKeyframe } from '../../domain/wire.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { prepareScan } from '../microscope/prepare-scan.ts';
import { renderFrames } from '../microscope/render-scan.ts';
import type { CellRow, FrameRow, SightingRow, VideoFrameRow } from '../sessions/session-batch.ts';
import { openSessionToWrite } from '../sessions/session-database.ts';
import { createSessionWriter, type StoredCrop } from '../sessions/session-writer.ts';
import { FRAGMENTED, openVideoFile } from '../sessions/video-file.ts';
import { paint } from './painted-clip.ts';
import { STAND_CLASSES, standFacts } from './stand-facts.ts';

/** Frames that are encoded; the video goes round them, and the picture of a frame bears its id modulo this. */
export const LOOP_FRAMES = 240;
const WIDTH_PX = 1280;
const HEIGHT_PX = 720;
const FRAME_MS = 1000 / 30;
/** Each field is looked at for so many frames, in lanes of so many fields. */
const FRAMES_PER_FIELD = 40;
const FIELDS_PER_LANE = 60;
const SIDE_PX = 90;
const CROP_KINDS = 100;
/** Sightings of a cell. */
const SEEN = 4;

export type LongSession = { readonly id: string; readonly folder: string; readonly minutes: number; readonly cells: number };

/** A real recording of some seconds, its packets written round and round by the real muxer. */
const writeVideo = async (folder: string, frames: number, signal: AbortSignal): Promise<void> => {
  const once = join(folder, 'once.mp4');
  const scan = await prepareScan({ seed: 5, width: WIDTH_PX, height: HEIGHT_PX, fps: 30, frames: LOOP_FRAMES });
  let file: Awaited<ReturnType<typeof openVideoFile>> | undefined;
  for await (const { frame } of renderFrames(scan, createFramePool(), signal)) {
    using rendered = frame;
    paint(rendered.y, rendered.id);
    file ??= await openVideoFile(once, rendered, 75);
    await file.write(rendered, rendered.id * FRAME_MS);
  }
  await file?.close();
  await using input = await Demuxer.open(once);
  const stream = input.video()!;
  await using muxer = await Muxer.open(join(folder, 'video.mp4'), { format: 'mp4', useSyncQueue: false, options: { ...FRAGMENTED } });
  const into = muxer.addStream(stream);
  const packets: Packet[] = [];
  for await (const packet of input.packets(stream.index)) if (packet !== null) packets.push(packet.clone()!);
  const ticks = BigInt(Math.round((LOOP_FRAMES * FRAME_MS * stream.timeBase.den) / (1000 * stream.timeBase.num)));
  for (let n = 0; n < frames; n++) {
    signal.throwIfAborted();
    using packet = packets[n % LOOP_FRAMES]!.clone()!;
    const shift = BigInt(Math.floor(n / LOOP_FRAMES)) * ticks;
    packet.pts += shift;
    packet.dts += shift;
    await muxer.writePacket(packet, into);
  }
  for (const packet of packets) packet.free();
  await rm(once);
};

const pictureOf = async (widthPx: number, heightPx: number, seed: number): Promise<Uint8Array> => {
  const random = seededRandom(seed);
  const coarse = Buffer.from(Array.from({ length: 3 * 16 * 12 }, () => 120 + Math.floor(random.next() * 120)));
  return sharp(coarse, { raw: { width: 16, height: 12, channels: 3 } })
    .resize(widthPx, heightPx, { kernel: 'cubic', fit: 'fill' })
    .jpeg({ quality: 85 })
    .toBuffer();
};

const placeOf = (field: number): { x: number; y: number } => ({
  x: (field % FIELDS_PER_LANE) * (WIDTH_PX * 0.7),
  y: Math.floor(field / FIELDS_PER_LANE) * (HEIGHT_PX * 0.7),
});

/** Makes a session as long as asked for, through the writers that a camera uses. `say` hears how it goes. */
export const makeLongSession = async (
  { id, folder, minutes, cells: count }: LongSession,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<{ readonly frames: number }> => {
  mkdirSync(folder, { recursive: true });
  const frames = Math.round((minutes * 60_000) / FRAME_MS);
  const fields = Math.ceil(frames / FRAMES_PER_FIELD);
  const database = openSessionToWrite(folder);
  const writer = createSessionWriter(database);
  writer.begin(Date.UTC(2026, 0, 1));
  const pictures = await Promise.all(Array.from({ length: CROP_KINDS }, (_, i) => pictureOf(120, 118, i)));
  const thumbnails = await Promise.all(Array.from({ length: 12 }, (_, i) => pictureOf(320, 180, 1000 + i)));
  const random = seededRandom(9);
  const perField = count / fields;
  let cell = 0;
  say('writing the database');
  // Half a minute of frames in a transaction.
  for (let from = 0; from < fields; from += 20) {
    signal.throwIfAborted();
    const to = Math.min(fields, from + 20);
    const batch = {
      facts: {},
      frames: [] as FrameRow[],
      sightings: [] as SightingRow[],
      cells: [] as CellRow[],
      ledger: [] as LedgerEntry[],
      events: [],
      keyframes: [] as MapKeyframe[],
      videos: [],
      videoFrames: [] as VideoFrameRow[],
    };
    const crops: StoredCrop[] = [];
    for (let field = from; field < to; field++) {
      const keyframe = field + 1;
      const { x, y } = placeOf(field);
      const first = field * FRAMES_PER_FIELD;
      batch.keyframes.push({ id: keyframe, island: 1, x, y, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, picture: thumbnails[field % 12]! });
      for (let frame = first; frame < Math.min(frames, first + FRAMES_PER_FIELD); frame++) {
        const drift = frame - first;
        batch.frames.push({
          id: frame,
          atMs: frame * FRAME_MS,
          state: frame % 97 === 0 ? 'blurred' : 'sharp',
          sharpness: 0.7 + 0.3 * random.next(),
          placement: { island: 1, x: x + drift, y, confidence: 0.99 },
          keyframe: drift === 0 ? keyframe : undefined,
          anchor: { keyframe, x: drift, y: 0 },
        });
        batch.videoFrames.push({ frame, video: 1, videoMs: frame * FRAME_MS });
      }
      for (; cell < Math.min(count, (field + 1) * perField); ) {
        cell++;
        const [left, top] = [x + random.next() * (WIDTH_PX - SIDE_PX), y + random.next() * (HEIGHT_PX - SIDE_PX)];
        const box = [left, top, left + SIDE_PX, top + SIDE_PX] as const;
        const classIndex = cell % 20 === 7 ? 1 : cell % 12 === 5 ? 2 : 0;
        const score = 0.3 + 0.7 * random.next();
        const atMs = first * FRAME_MS;
        batch.cells.push({
          id: cell,
          classIndex,
          score,
          state: 'counted',
          island: 1,
          box: [...box],
          sightings: SEEN,
          firstSeenMs: atMs,
          lastSeenMs: atMs + SEEN * FRAME_MS,
        });
        batch.ledger.push({
          n: cell,
          atMs,
          kind: 'counted',
          cell,
          class: STAND_CLASSES[classIndex],
          island: 1,
          box: [...box],
          reason: 'seen whole',
        });
        for (let seen = 0; seen < SEEN; seen++)
          batch.sightings.push({
            cell,
            frame: first + 5 * seen,
            atMs: atMs + 5 * seen * FRAME_MS,
            box: [left - x, top - y, left - x + SIDE_PX, top - y + SIDE_PX],
            classIndex,
            score,
            cut: false,
          });
        crops.push({ cell, frame: first, quality: 1, x0: 0, y0: 0, widthPx: 120, heightPx: 118, jpeg: pictures[cell % CROP_KINDS]! });
      }
    }
    writer.write(batch, crops);
  }
  const counts = STAND_CLASSES.map((_, index) =>
    Number(database.prepare('SELECT count(*) AS n FROM cells WHERE class_index = ?').get(index)?.['n']),
  );
  writer.write(
    {
      ...{ frames: [], sightings: [], cells: [], ledger: [], keyframes: [], videoFrames: [] },
      facts: {
        ...standFacts(id, 'simulate:'),
        startedAt: Date.UTC(2026, 0, 1),
        endedAt: Date.UTC(2026, 0, 1, 1),
        kept: true,
        counts,
        record: 'off',
      },
      events: Array.from({ length: 200 }, (_, i) => ({
        at: Date.UTC(2026, 0, 1) + (i * minutes * 60_000) / 200,
        level: 'info',
        text: `event ${i}`,
      })),
      videos: [{ video: 1, file: 'video.mp4', codec: 'libx264', kind: 'video', widthPx: WIDTH_PX, heightPx: HEIGHT_PX }],
    },
    [],
  );
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  say('writing the video');
  await writeVideo(folder, frames, signal);
  return { frames };
};
