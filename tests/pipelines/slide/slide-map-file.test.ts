import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault } from '../../../domain/fault.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { SIGNATURE_WORDS } from '../../../pipelines/slide/signature.ts';
import { loadSlideMap, type SavedSlideMap, saveSlideMap } from '../../../pipelines/slide/slide-map-file.ts';
import { createSmearCounter, type SmearCounter } from '../../../pipelines/smear-counter.ts';
import { type KnownScan, knownOptions, knownScan } from '../known-scan.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const box = fc.tuple(finite, finite, finite, finite);

const savedMap: fc.Arbitrary<SavedSlideMap> = fc
  .record({ keyframes: fc.integer({ min: 0, max: 5 }), samples: fc.integer({ min: 0, max: 9 }), classes: fc.integer({ min: 1, max: 4 }) })
  .chain(({ keyframes, samples, classes }) => {
    const known = fc.integer({ min: 1, max: Math.max(1, keyframes) });
    const many = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => (keyframes === 0 ? fc.constant([]) : fc.array(one, { maxLength: 5 }));
    const shots = Math.min(2, keyframes);
    const floats = fc.float32Array({ minLength: samples, maxLength: samples, noNaN: true });
    return fc
      .record({
        umPerPx: fc.double({ min: 0.01, max: 9, noNaN: true }),
        classes: fc.constant(Array.from({ length: classes }, (_, i) => `class ${i}`)),
        keyframes: fc.array(
          fc.record({
            island: known,
            x: finite,
            y: finite,
            weak: fc.boolean(),
            width: fc.constant(4),
            height: fc.constant(2),
            factor: fc.constant(4),
          }),
          { minLength: keyframes, maxLength: keyframes },
        ),
        links: many(fc.tuple(known, known, finite, finite, finite)),
        tiles: many(fc.record({ keyframe: known, box })),
        cells: many(
          fc.record({
            id: fc.constant(1),
            keyframe: known,
            laid: fc.record({ island: known, x: finite, y: finite }),
            box,
            state: fc.constantFrom('counted', 'waiting'),
            classIndex: fc.nat(classes - 1),
            evidence: fc.array(finite, { minLength: classes, maxLength: classes }),
            score: finite,
          }),
        ).map((cells) => cells.map((cell, i) => ({ ...cell, id: i + 1 }))),
        ledger: many(fc.record({ atMs: finite, cell: known, kind: fc.constant('counted'), reason: fc.string({ maxLength: 20 }) })),
        registrar: fc.record({
          widthPx: fc.constant(16),
          heightPx: fc.constant(8),
          unclean: many(known),
          pictures: fc.nat(48),
          samples: fc.constant(samples),
          shots: fc.array(fc.record({ keyframe: known, x: finite, y: finite }), { minLength: shots, maxLength: shots }),
        }),
        pictures: fc.array(
          fc.record({
            data: fc.int8Array({ minLength: 8, maxLength: 8 }),
            signature: fc.uint32Array({ minLength: SIGNATURE_WORDS, maxLength: SIGNATURE_WORDS }),
          }),
          { minLength: keyframes, maxLength: keyframes },
        ),
        pattern: fc.record({
          means: floats,
          squares: floats,
          comparisons: fc.uint8Array({ minLength: samples, maxLength: samples }),
          taken: fc.int16Array({ minLength: samples, maxLength: samples }),
          shots: fc.array(fc.int16Array({ minLength: samples, maxLength: samples }), { minLength: shots, maxLength: shots }),
        }),
        drawings: fc.array(
          fc.record(
            {
              outline: fc.array(fc.integer({ min: -32_767, max: 32_767 }), { minLength: 6, maxLength: 9 }),
              nucleus: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 9 }),
              pallor: fc.double({ min: 0, max: 1, noNaN: true }),
            },
            { requiredKeys: ['outline'] },
          ),
          { maxLength: 5 },
        ),
      })
      .map(({ drawings, ...map }) => {
        const drawn = map.cells.slice(0, drawings.length).map(({ id }, i) => ({ cell: id, quality: id / 7, drawing: drawings[i]! }));
        return { ...map, drawn };
      }) as unknown as fc.Arbitrary<SavedSlideMap>;
  });

const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return isFault(error) ? error.fault.kind : String(error);
  }
  return 'none';
};

describe('a saved map', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(savedMap, (map) => {
        expect(loadSlideMap(Buffer.from(saveSlideMap(map)))).toEqual(map);
      }),
      { numRuns: 60 },
    );
  });

  test('is refused when it is damaged or cut short, anywhere', () => {
    fc.assert(
      fc.property(savedMap, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), (map, pick, flip, cut) => {
        const file = saveSlideMap(map);
        const at = pick % file.length;
        file[at]! ^= flip;
        expect(faultOf(() => loadSlideMap(cut ? file.subarray(0, at) : file))).toBe('data');
      }),
      { numRuns: 60 },
    );
  });
});

/** Shows the same frames to several counters. */
const run = async (counters: readonly SmearCounter[], scan: KnownScan, first: number, last: number): Promise<void> => {
  for (let id = first; id <= last; id++) {
    using frame = scan.shoot(id);
    for (const counter of counters) for (const task of counter.advance(frame, 'eager').tasks) await counter.infer(task);
  }
  for (const counter of counters) for (const task of counter.flush()) await counter.infer(task);
};

test('counting goes on with a saved map as if it had never stopped, and the cells keep their ids', async () => {
  const pool = createFramePool();
  const scan = knownScan(pool);
  const ports = { engine: scan.engine, now: () => 0 };
  const facts = ({ cells, keyframes, ledger }: SmearCounter) => ({
    cells: cells.map(({ id, state, classIndex, box, sightings }) => ({ id, state, classIndex, box, sightings })),
    places: keyframes.map(({ island, x, y }) => [island, x, y]),
    ledger,
  });
  const straight = createSmearCounter(ports, knownOptions);
  await run([straight], scan, 0, 14);
  const resumed = createSmearCounter(ports, knownOptions, loadSlideMap(saveSlideMap(straight.snapshot(500))));
  expect(facts(resumed)).toEqual(facts(straight));
  await run([straight, resumed], scan, 15, scan.frames - 1);
  expect(facts(resumed)).toEqual(facts(straight));
  const counted = [0, 1, 2].map(
    (classIndex) => resumed.cells.filter((cell) => cell.state === 'counted' && cell.classIndex === classIndex).length,
  );
  expect(counted).toEqual(scan.seen());
  expect(pool.outstanding).toBe(0);
});

test('a map of another scale or of other classes is not gone on with', () => {
  const scan = knownScan(createFramePool());
  const ports = { engine: scan.engine, now: () => 0 };
  const saved = createSmearCounter(ports, knownOptions).snapshot(0);
  expect(faultOf(() => createSmearCounter(ports, { ...knownOptions, umPerPx: 0.2 }, saved))).toBe('data');
  expect(faultOf(() => createSmearCounter(ports, knownOptions, { ...saved, classes: ['other'] }))).toBe('data');
});
