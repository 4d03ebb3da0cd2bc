/** Boxes of a fragmented MP4 (ISO/IEC 14496-12), as far as a session's video has them: one track, one run of samples in a fragment. */

type Box = { readonly type: string; readonly from: number; readonly end: number };

/** What a video says of itself before its first picture. */
export type VideoHead = {
  readonly timescale: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Sequence and picture parameters (`avcC`, ISO/IEC 14496-15). */
  readonly description: Uint8Array;
  readonly defaults: SampleDefaults;
};

type SampleDefaults = { readonly duration: number; readonly bytes: number; readonly flags: number };

/** One coded picture; `offset` from the start of the fragment's `moof`. */
export type Sample = { readonly ticks: number; readonly offset: number; readonly bytes: number; readonly key: boolean };

const IS_NO_KEY = 0x1_0000;

/** Type and length of the box at `at`; `undefined` where its head is not whole. */
export const boxAt = (data: Buffer, at: number): { readonly type: string; readonly head: number; readonly bytes: number } | undefined => {
  if (at + 16 > data.length && at + 8 > data.length) return undefined;
  const short = data.readUInt32BE(at);
  const type = data.toString('latin1', at + 4, at + 8);
  if (short !== 1) return { type, head: 8, bytes: short };
  return at + 16 > data.length ? undefined : { type, head: 16, bytes: Number(data.readBigUInt64BE(at + 8)) };
};

const within = (data: Buffer, from: number, end: number): Box[] => {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= end; ) {
    const box = boxAt(data, at);
    if (box === undefined || box.bytes < box.head || at + box.bytes > end) break;
    boxes.push({ type: box.type, from: at + box.head, end: at + box.bytes });
    at += box.bytes;
  }
  return boxes;
};

const find = (data: Buffer, from: number, end: number, ...path: readonly string[]): Box | undefined => {
  let found: Box | undefined = { type: '', from, end };
  for (const type of path) found = found && within(data, found.from, found.end).find((box) => box.type === type);
  return found;
};

/** Fields of a sample entry of video before its own boxes. */
const VISUAL_ENTRY_BYTES = 78;

/** Reads a `moov` box; `undefined` where it describes no H.264. */
export const readHead = (moov: Buffer): VideoHead | undefined => {
  const media = find(moov, 8, moov.length, 'trak', 'mdia');
  const mdhd = media && find(moov, media.from, media.end, 'mdhd');
  const stsd = media && find(moov, media.from, media.end, 'minf', 'stbl', 'stsd');
  const trex = find(moov, 8, moov.length, 'mvex', 'trex');
  if (mdhd === undefined || stsd === undefined) return undefined;
  const entry = within(moov, stsd.from + 8, stsd.end)[0];
  const avcC = entry && find(moov, entry.from + VISUAL_ENTRY_BYTES, entry.end, 'avcC');
  if (entry === undefined || avcC === undefined) return undefined;
  return {
    timescale: moov.readUInt32BE(mdhd.from + (moov[mdhd.from] === 1 ? 20 : 12)),
    widthPx: moov.readUInt16BE(entry.from + 24),
    heightPx: moov.readUInt16BE(entry.from + 26),
    description: Uint8Array.from(moov.subarray(avcC.from, avcC.end)),
    defaults: {
      duration: trex === undefined ? 0 : moov.readUInt32BE(trex.from + 12),
      bytes: trex === undefined ? 0 : moov.readUInt32BE(trex.from + 16),
      flags: trex === undefined ? 0 : moov.readUInt32BE(trex.from + 20),
    },
  };
};

/** Defaults of a fragment (`tfhd`, 8.8.7) over those of the file. */
const fragmentDefaults = (moof: Buffer, { from }: Box, { duration, bytes, flags }: SampleDefaults): SampleDefaults => {
  const given = moof.readUInt32BE(from) & 0xff_ffff;
  let at = from + 8 + (given & 0x1 ? 8 : 0) + (given & 0x2 ? 4 : 0);
  const take = (bit: number, otherwise: number): number => {
    if ((given & bit) === 0) return otherwise;
    at += 4;
    return moof.readUInt32BE(at - 4);
  };
  return { duration: take(0x8, duration), bytes: take(0x10, bytes), flags: take(0x20, flags) };
};

/** The coded pictures of a `moof` box (8.8.8). */
export const readSamples = (moof: Buffer, file: SampleDefaults): Sample[] => {
  const traf = find(moof, 8, moof.length, 'traf');
  const parts = traf === undefined ? [] : within(moof, traf.from, traf.end);
  const [tfhd, tfdt] = ['tfhd', 'tfdt'].map((type) => parts.find((box) => box.type === type));
  if (tfhd === undefined || tfdt === undefined) return [];
  const usual = fragmentDefaults(moof, tfhd, file);
  let ticks = moof[tfdt.from] === 1 ? Number(moof.readBigUInt64BE(tfdt.from + 4)) : moof.readUInt32BE(tfdt.from + 4);
  const samples: Sample[] = [];
  let offset = moof.length + 8;
  for (const { from } of parts.filter((box) => box.type === 'trun')) {
    const given = moof.readUInt32BE(from) & 0xff_ffff;
    const count = moof.readUInt32BE(from + 4);
    let at = from + 8;
    const take = (bit: number, otherwise: number): number => {
      if ((given & bit) === 0) return otherwise;
      at += 4;
      return moof.readInt32BE(at - 4);
    };
    offset = take(0x1, offset);
    const first = take(0x4, Number.NaN);
    for (let i = 0; i < count; i++) {
      const duration = take(0x100, usual.duration);
      const bytes = take(0x200, usual.bytes);
      const flags = take(0x400, i === 0 && !Number.isNaN(first) ? first : usual.flags);
      const shift = take(0x800, 0);
      samples.push({ ticks: ticks + shift, offset, bytes, key: (flags & IS_NO_KEY) === 0 });
      ticks += duration;
      offset += bytes;
    }
  }
  return samples;
};
