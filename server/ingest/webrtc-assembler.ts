import { createSequenceUnwrapper } from './rtp-time.ts';

/** What the assembler needs of an RTP packet. */
export type MediaPacket = {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  /** Set on the last packet of a picture. */
  readonly marker: boolean;
  readonly payload: Buffer;
};

/** The packets of one picture in order. `broken` where pictures before it are missing. */
export type PacketRun = { readonly timestamp: number; readonly payloads: readonly Buffer[]; readonly broken: boolean };

/** Puts packets in order and into pictures, and says which are to be sent again. */
export type Assembler = {
  /** Takes a packet in; returns the pictures that are whole now, in order. */
  push(packet: MediaPacket, atMs: number): PacketRun[];
  /** Gives up what is late; returns the pictures that are whole thereby, and the sequence numbers to ask for again. */
  tick(atMs: number): { readonly runs: PacketRun[]; readonly lost: number[] };
  readonly counters: { readonly received: number; readonly asked: number; readonly givenUp: number };
};

/** A gap may be packets that overtook each other: it is asked for after this long. */
const REORDER_MS = 8;
/** A packet is asked for again so often; longer than the way there and back on most networks. */
const ASK_EVERY_MS = 40;
/** A picture that is not whole after this long is given up: later it would hold up the live picture. */
const GIVE_UP_MS = 400;
/** A jump of more packets than this is a new beginning: nothing of it is asked for. */
const LONGEST_GAP = 1000;
/** Packets kept at most: more than four seconds at 8 Mbit/s. */
const MOST_PACKETS = 4096;
/** Sequence numbers that fit one request with room to spare. */
const MOST_ASKED = 100;

type Gap = { readonly sinceMs: number; askedMs: number };

/**
 * The jitter buffer of one stream. It holds nothing back without need: a picture is given out with its last packet. A gap is asked for again and
 * again (RFC 4585, generic NACK) until it is filled or too old; then the pictures it touches are left out and the next one is `broken`.
 */
export const createAssembler = (): Assembler => {
  const unwrap = createSequenceUnwrapper();
  const packets = new Map<number, MediaPacket>();
  const gaps = new Map<number, Gap>();
  /** The next packet to go out. */
  let head: number | undefined;
  let highest = 0;
  let broken = false;
  /** Whether the rest of a picture that a gap has cut is passed over. */
  let passing = false;
  let received = 0;
  let asked = 0;
  let givenUp = 0;

  const drain = (): PacketRun[] => {
    const runs: PacketRun[] = [];
    let at = head!;
    for (let packet = packets.get(at); packet !== undefined; packet = packets.get(at)) {
      at++;
      // What a gap has cut is passed over up to its marker; empty packets between pictures only fill the line.
      if (passing || (packet.payload.length === 0 && head === at - 1)) {
        if (packet.marker) passing = false;
        packets.delete(at - 1);
        head = at;
        continue;
      }
      const next = packets.get(at);
      if (!packet.marker && (next === undefined || next.timestamp === packet.timestamp)) continue;
      const payloads: Buffer[] = [];
      for (let index = head!; index < at; index++) {
        const payload = packets.get(index)!.payload;
        if (payload.length > 0) payloads.push(payload);
        packets.delete(index);
      }
      head = at;
      if (payloads.length === 0) continue;
      runs.push({ timestamp: packet.timestamp, payloads, broken });
      broken = false;
    }
    return runs;
  };

  const beginAt = (sequence: number, cut: boolean): void => {
    for (const key of [...packets.keys()]) if (key < sequence) packets.delete(key);
    for (const key of [...gaps.keys()]) if (key < sequence) gaps.delete(key);
    head = sequence;
    broken = true;
    passing = cut;
  };

  return {
    push: (packet, atMs) => {
      const at = unwrap(packet.sequenceNumber);
      received++;
      if (head === undefined) {
        head = at;
        highest = at - 1;
      }
      if (at < head || packets.has(at)) return [];
      if (at > highest + LONGEST_GAP) {
        givenUp += at - highest - 1;
        packets.clear();
        gaps.clear();
        beginAt(at, false);
      } else
        for (let missing = highest + 1; missing < at; missing++) gaps.set(missing, { sinceMs: atMs, askedMs: Number.NEGATIVE_INFINITY });
      highest = Math.max(highest, at);
      gaps.delete(at);
      packets.set(at, packet);
      if (packets.size > MOST_PACKETS) beginAt(at, true);
      return drain();
    },
    tick: (atMs) => {
      let end: number | undefined;
      for (const [sequence, gap] of gaps) if (atMs - gap.sinceMs > GIVE_UP_MS) end = sequence;
      const runs: PacketRun[] = [];
      if (end !== undefined) {
        for (const sequence of gaps.keys()) if (sequence <= end) givenUp++;
        beginAt(end + 1, true);
        runs.push(...drain());
      }
      const lost: number[] = [];
      for (const [sequence, gap] of gaps) {
        if (lost.length >= MOST_ASKED || atMs - gap.sinceMs < REORDER_MS) break;
        if (atMs - gap.askedMs < ASK_EVERY_MS) continue;
        gap.askedMs = atMs;
        lost.push(((sequence % 65_536) + 65_536) % 65_536);
      }
      asked += lost.length;
      return { runs, lost };
    },
    counters: {
      get received() {
        return received;
      },
      get asked() {
        return asked;
      },
      get givenUp() {
        return givenUp;
      },
    },
  };
};
