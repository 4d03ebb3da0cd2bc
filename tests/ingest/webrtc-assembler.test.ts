import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimestampUnwrapper } from '../../server/ingest/rtp-time.ts';
import { createAssembler, type MediaPacket } from '../../server/ingest/webrtc-assembler.ts';

/** Pictures of one to four packets; each packet tells its picture and its place in it. */
const stream = (sizes: readonly number[], first = 65_530): MediaPacket[] => {
  const packets: MediaPacket[] = [];
  sizes.forEach((size, picture) => {
    for (let part = 0; part < size; part++)
      packets.push({
        sequenceNumber: (first + packets.length) % 65_536,
        timestamp: picture * 3000,
        marker: part === size - 1,
        payload: Buffer.from([picture, part]),
      });
  });
  return packets;
};
const pictureOf = (payloads: readonly Buffer[]): number[] => payloads.map((payload) => payload[0]!);
const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 });

describe('the assembler', () => {
  it('gives each picture out with its last packet, across the wrap of the sequence numbers', () => {
    const assembler = createAssembler();
    const packets = stream([1, 3, 2, 4]);
    const runs = packets.map((packet, at) => assembler.push(packet, at).length);
    expect(runs).toEqual([1, 0, 0, 1, 0, 1, 0, 0, 0, 1]);
    expect(assembler.tick(1000)).toEqual({ runs: [], lost: [] });
  });

  it('gives the same pictures whatever order the packets come in, each once', () =>
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 160, maxLength: 160 }), (given, delays) => {
        const packets = stream(given);
        // The first packet tells where the stream begins; the others overtake each other, and some come twice.
        const shuffled = packets.map((packet, at) => ({ packet, at: at + (at === 0 ? -10 : delays[at]!) })).sort((a, b) => a.at - b.at);
        const assembler = createAssembler();
        const runs = shuffled.flatMap(({ packet }, at) => [...assembler.push(packet, at), ...assembler.push(packet, at)]);
        expect(runs.map(({ timestamp }) => timestamp / 3000)).toEqual(given.map((_, picture) => picture));
        expect(runs.every(({ broken }) => !broken)).toBe(true);
        runs.forEach(({ payloads }, picture) => {
          expect(payloads.map((payload) => [...payload])).toEqual(Array.from({ length: given[picture]! }, (_, part) => [picture, part]));
        });
      }),
    ));

  it('asks for what is missing until it comes, and gives out nothing before', () => {
    const assembler = createAssembler();
    const packets = stream([2, 2, 2], 10);
    const missing = packets[3]!;
    const early = packets.filter((packet) => packet !== missing).flatMap((packet) => assembler.push(packet, 0));
    expect(early.map(({ payloads }) => pictureOf(payloads))).toEqual([[0, 0]]);
    expect(assembler.tick(2).lost).toEqual([]);
    expect(assembler.tick(10).lost).toEqual([13]);
    expect(assembler.tick(20).lost).toEqual([]);
    expect(assembler.tick(60).lost).toEqual([13]);
    expect(assembler.push(missing, 70).map(({ payloads }) => pictureOf(payloads))).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('gives up what stays away, and calls the next picture broken', () => {
    const assembler = createAssembler();
    const packets = stream([2, 3, 2, 1], 10);
    for (const packet of packets) if (packet !== packets[3]) assembler.push(packet, 0);
    const { runs } = assembler.tick(500);
    expect(runs.map(({ timestamp, broken }) => [timestamp / 3000, broken])).toEqual([
      [2, true],
      [3, false],
    ]);
    expect(assembler.counters.givenUp).toBe(1);
  });

  it('whatever is lost, only whole pictures come out, in order, and what follows a gap is broken', () =>
    fc.assert(
      fc.property(sizes, fc.array(fc.boolean(), { minLength: 160, maxLength: 160 }), (given, lost) => {
        const packets = stream(given);
        const assembler = createAssembler();
        const came = packets.filter((_, at) => at === 0 || !lost[at]);
        const runs = [...came.flatMap((packet) => assembler.push(packet, 0)), ...assembler.tick(1000).runs];
        const pictures = runs.map(({ timestamp }) => timestamp / 3000);
        expect(pictures).toEqual([...new Set(pictures)].sort((a, b) => a - b));
        runs.forEach(({ payloads, broken }, at) => {
          expect(payloads).toHaveLength(given[pictures[at]!]!);
          if (pictures[at] !== (pictures[at - 1] ?? -1) + 1) expect(broken).toBe(true);
        });
      }),
    ));

  it('takes a long jump for a new beginning', () => {
    const assembler = createAssembler();
    assembler.push(stream([1], 10)[0]!, 0);
    const [run] = assembler.push({ ...stream([1], 5000)[0]!, timestamp: 9000 }, 0);
    expect(run).toMatchObject({ timestamp: 9000, broken: true });
    expect(assembler.tick(50).lost).toEqual([]);
  });
});

describe('RTP timestamps', () => {
  it('go on in ms across their wrap, forwards and a little backwards', () => {
    const toMs = createTimestampUnwrapper();
    const start = 2 ** 32 - 4500;
    const steps = [0, 3000, 6000, 3000, 9000];
    expect(steps.map((step) => toMs((start + step) % 2 ** 32))).toEqual(steps.map((step) => step / 90));
  });

  it('stay true over days', () => {
    const toMs = createTimestampUnwrapper();
    const stepTicks = 2 ** 30;
    for (let step = 0; step < 40; step++) expect(toMs((17 + step * stepTicks) % 2 ** 32)).toBe((step * stepTicks) / 90);
  });
});
