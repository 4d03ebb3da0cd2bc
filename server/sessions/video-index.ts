import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { FaultError } from '../../domain/fault.ts';
import { boxAt, readHead, readSamples, type VideoHead } from './mp4-boxes.ts';

/** Where the pictures of a fragmented MP4 lie, in the order they were written: one number each in `ms`, `offsets`, `bytes` and `keys`. */
export type VideoIndex = VideoHead & {
  readonly ms: readonly number[];
  readonly offsets: readonly number[];
  readonly bytes: readonly number[];
  /** The picture at which decoding for this one begins. */
  readonly keys: readonly number[];
  /** What follows is a fragment that is not whole, or is no fragment. */
  readonly wholeBytes: number;
  /** Where the fragments that begin with a key picture lie, for a reader that seeks. */
  readonly entries: readonly { readonly ticks: number; readonly offset: number }[];
};

const HEAD_BYTES = 4096;
/** A `moov` or `moof` of more is none of ours. */
const MOST_BOX_BYTES = 4 * 2 ** 20;

/** An hour's video has some fifteen thousand fragments: read one after the other on the spot, with breaks, since a wait for each takes ten times as long. */
const STEP_MS = 8;

const readInto = (file: FileHandle, at: number, buffer: Buffer): Buffer =>
  buffer.subarray(0, readSync(file.fd, buffer, 0, buffer.length, at));

/** A whole box of which the beginning was read already. */
const whole = (file: FileHandle, at: number, bytes: number, begun: Buffer): Buffer =>
  begun.length >= bytes ? begun.subarray(0, bytes) : readInto(file, at, Buffer.alloc(bytes));

/**
 * Reads which pictures are in the file, going on from what was known of it; fragments that are not whole are left for the next time.
 * Throws a `data` fault where it is no video of a session, and gives `undefined` where not even its head is written yet.
 */
export const readVideoIndex = async (path: string, file: FileHandle, known?: VideoIndex): Promise<VideoIndex | undefined> => {
  const { size } = await file.stat();
  let head: VideoHead | undefined = known;
  const ms = [...(known?.ms ?? [])];
  const offsets = [...(known?.offsets ?? [])];
  const bytes = [...(known?.bytes ?? [])];
  const keys = [...(known?.keys ?? [])];
  const entries = [...(known?.entries ?? [])];
  let at = known?.wholeBytes ?? 0;
  let wholeBytes = at;
  const buffer = Buffer.alloc(HEAD_BYTES);
  let since = performance.now();
  while (at < size) {
    if (performance.now() - since > STEP_MS) {
      await breathe();
      since = performance.now();
    }
    const begun = readInto(file, at, buffer);
    const box = boxAt(begun, 0);
    if (box === undefined || box.bytes < box.head || at + box.bytes > size) break;
    if (box.type === 'moov' && box.bytes <= MOST_BOX_BYTES) {
      head = readHead(whole(file, at, box.bytes, begun));
      if (head === undefined)
        throw new FaultError({ kind: 'data', path, what: 'the video is not of a session', remedy: 'play it elsewhere' });
    } else if (box.type === 'moof' && box.bytes <= MOST_BOX_BYTES && head !== undefined) {
      const data = boxAt(begun.length >= box.bytes + 16 ? begun.subarray(box.bytes) : readInto(file, at + box.bytes, Buffer.alloc(16)), 0);
      if (data?.type !== 'mdat' || at + box.bytes + data.bytes > size) break;
      const samples = readSamples(whole(file, at, box.bytes, begun), head.defaults);
      if (samples[0]?.key) entries.push({ ticks: samples[0].ticks, offset: at });
      for (const sample of samples) {
        const n = ms.length;
        ms.push((sample.ticks * 1000) / head.timescale);
        offsets.push(at + sample.offset);
        bytes.push(sample.bytes);
        keys.push(sample.key ? n : (keys[n - 1] ?? 0));
      }
      at += data.bytes;
    }
    at += box.bytes;
    wholeBytes = at;
  }
  return head === undefined ? undefined : { ...head, ms, offsets, bytes, keys, wholeBytes, entries };
};

/** A picture's time in the database and in its file differ by rounding alone. */
const SAME_MS = 1;

/** Number of the picture that was written at a time of the video's clock; `undefined` where it is not on disk. */
export const sampleAt = ({ ms }: VideoIndex, videoMs: number): number | undefined => {
  const last = lastUntil(ms, videoMs + SAME_MS);
  if (last === undefined) return undefined;
  const nearest = last > 0 && Math.abs(ms[last - 1]! - videoMs) < Math.abs(ms[last]! - videoMs) ? last - 1 : last;
  return Math.abs(ms[nearest]! - videoMs) <= SAME_MS ? nearest : undefined;
};

/** The last of rising times that is not after `until`. */
export const lastUntil = (ms: readonly number[], until: number): number | undefined => {
  let low = 0;
  let high = ms.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms[middle]! <= until) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
};

/** `avc1.PPCCLL`, as RFC 6381 has it. */
export const codecString = ({ description }: VideoHead): string => `avc1.${Buffer.from(description.subarray(1, 4)).toString('hex')}`;
