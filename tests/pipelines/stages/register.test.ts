import { describe, expect, test } from 'vitest';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { createKeyframeGraph } from '../../../pipelines/slide/keyframe-graph.ts';
import { createRegistrar, type Fix } from '../../../pipelines/stages/register.ts';
import { percentile } from '../../../server/bench/figures.ts';
import { handPath, type ShotOptions, slideCamera, type TexturedSlide, texturedSlide } from '../textured-slide.ts';

const WIDTH_PX = 640;
const HEIGHT_PX = 360;

type Place = { readonly x: number; readonly y: number };

const pool = createFramePool();

/** A registrar with a camera over a slide; every shot is 33 ms after the one before. */
const setUp = (slide: TexturedSlide, shot: ShotOptions) => {
  const graph = createKeyframeGraph(
    () => WIDTH_PX,
    () => HEIGHT_PX,
  );
  const registrar = createRegistrar(graph);
  const camera = slideCamera(slide, WIDTH_PX, HEIGHT_PX, 8, pool);
  let id = 0;
  const locate = ({ x, y }: Place, sharp = true, options: ShotOptions = {}): Fix | undefined => {
    using frame = camera(id, id * 33, x, y, { ...shot, ...options });
    id++;
    return registrar.locate(frame, sharp);
  };
  return { graph, registrar, locate };
};

const errorPx = (fix: Fix | undefined, place: Place, origin: Place): number =>
  fix === undefined ? Number.POSITIVE_INFINITY : Math.hypot(fix.placement.x - (place.x - origin.x), fix.placement.y - (place.y - origin.y));

const wideSlide = texturedSlide(21, 2700, 1060, 25, 700);
const clean: ShotOptions = { noise: 2, vignette: 0.25 };

describe.each([
  { name: 'vignette and noise', shot: clean },
  { name: 'vignette, noise and fixed dirt', shot: { ...clean, dirt: 1 } },
])('$name', ({ shot }) => {
  test('lanes there and back: every frame within a pixel, the map in one piece', () => {
    const { graph, locate } = setUp(wideSlide, shot);
    const path = handPath(6, 170, 1200, 600, 2).map(({ x, y }) => ({ x: x + 20, y: y + 20 }));
    const errors = path.map((place) => errorPx(locate(place), place, path[0]!));
    expect(percentile(errors, 0.5)).toBeLessThanOrEqual(0.5);
    expect(percentile(errors, 0.95)).toBeLessThanOrEqual(1);
    expect(Math.max(...errors)).toBeLessThan(3);
    expect(graph.islands).toBe(1);
    expect(graph.keyframes.length).toBeLessThan(30);
  });
});

describe('after a jump', () => {
  const origin = { x: 20, y: 20 };
  const lane = Array.from({ length: 40 }, (_, i) => ({ x: 20 + 22 * i, y: 20 + i }));
  const afterLane = () => {
    const made = setUp(wideSlide, clean);
    for (const place of lane) made.locate(place);
    return made;
  };

  test('onto known ground the first frame is found', () => {
    const { graph, locate } = afterLane();
    for (const place of [
      { x: 33, y: 41 },
      { x: 601, y: 12 },
      { x: 212, y: 55 },
      { x: 870, y: 80 },
    ]) {
      expect(errorPx(locate(place), place, origin)).toBeLessThan(1.5);
    }
    expect(graph.islands).toBe(1);
  });

  test('onto unknown ground it says lost, then begins an island; blurred frames never do', () => {
    const { graph, locate } = afterLane();
    const unknown = (i: number): Place => ({ x: 1_900 + 5 * i, y: 650 });
    for (let i = 0; i < 8; i++) expect(locate(unknown(i), false)).toBeUndefined();
    for (let i = 8; i < 12; i++) expect(locate(unknown(i))).toBeUndefined();
    const begun = locate(unknown(12));
    expect(begun).toMatchObject({ placement: { island: 2, x: 0, y: 0 }, made: { island: 2 } });
    expect(graph.islands).toBe(2);
    expect(errorPx(locate(unknown(14)), unknown(14), unknown(12))).toBeLessThan(1);
    // Back on the old island at once, at its old place.
    const home = { x: 300, y: 30 };
    const back = locate(home);
    expect(back?.placement.island).toBe(1);
    expect(errorPx(back, home, origin)).toBeLessThan(1.5);
  });

  test('two islands become one when the stage comes back from the one to the other', () => {
    const { graph, locate } = afterLane();
    for (let i = 0; i < 6; i++) locate({ x: 1_700, y: 500 });
    expect(graph.islands).toBe(2);
    for (let x = 1_700, y = 500; x > 700; x -= 20, y = Math.max(60, y - 12)) locate({ x, y });
    expect(graph.islands).toBe(1);
    const places = [
      { x: 1_650, y: 480 },
      { x: 60, y: 40 },
    ];
    for (const place of places) expect(errorPx(locate(place), place, origin)).toBeLessThan(4);
  });
});

test('dirt does not pin a field that shows next to nothing else', () => {
  const busy = texturedSlide(5, 1_700, 420, 25, 330);
  const luma = busy.luma.slice();
  // Beyond the first half nothing but three cells a field.
  const sparse = texturedSlide(6, 1_700, 420, 25, 12);
  for (let y = 0; y < 420; y++) luma.set(sparse.luma.subarray(y * 1_700 + 900, (y + 1) * 1_700), y * 1_700 + 900);
  const { locate } = setUp({ ...busy, luma }, { noise: 2, vignette: 0.25, dirt: 1 });
  const origin = { x: 10, y: 20 };
  const errors: number[] = [];
  for (let x = 10; x < 1_040; x += 10) {
    const place = { x, y: 20 + 8 * Math.sin(x / 60) };
    const fix = locate(place);
    // Lost is honest; a wrong place is not.
    if (fix !== undefined && fix.placement.island === 1) errors.push(errorPx(fix, place, origin));
  }
  expect(errors.length).toBeGreaterThan(80);
  expect(Math.max(...errors)).toBeLessThan(4);
});

test('heavy dirt holds no field of a near-empty slide, though it is there from the first frame on', () => {
  const sparse = texturedSlide(6, 2_400, 420, 25, 26);
  const { locate } = setUp(sparse, { noise: 1, vignette: 0.25, dirt: 2 });
  const origin = { x: 10, y: 20 };
  const errors: number[] = [];
  let found = 0;
  for (let x = 10; x < 1_700; x += 9) {
    const fix = locate({ x, y: 20 });
    if (fix === undefined || fix.placement.island !== 1) continue;
    found++;
    errors.push(errorPx(fix, { x, y: 20 }, origin));
  }
  expect(found).toBeGreaterThan(40);
  expect(percentile(errors, 0.95)).toBeLessThan(5);
});

test('heavy dirt moves no frame of a sparse slide by much while it is not known yet, and loses none', () => {
  const { locate } = setUp(texturedSlide(6, 2_400, 420, 25, 70), { noise: 1, vignette: 0.25, dirt: 2 });
  const origin = { x: 10, y: 20 };
  for (let x = 10; x < 700; x += 7) expect(errorPx(locate({ x, y: 20 }), { x, y: 20 }, origin), `at ${x}`).toBeLessThan(4);
});

/** The slide as a camera sees it that is turned around the slide's middle by so many degrees and magnifies so many times. */
const turnedSlide = (slide: TexturedSlide, degrees: number, scale = 1): TexturedSlide => {
  const { width, height } = slide;
  const cos = Math.cos((degrees * Math.PI) / 180) / scale;
  const sin = Math.sin((degrees * Math.PI) / 180) / scale;
  const luma = new Float32Array(width * height).fill(215);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const px = Math.round(width / 2 + cos * (x - width / 2) - sin * (y - height / 2));
      const py = Math.round(height / 2 + sin * (x - width / 2) + cos * (y - height / 2));
      if (px >= 0 && py >= 0 && px < width && py < height) luma[at] = slide.luma[py * width + px]!;
    }
  }
  return { ...slide, luma };
};

test.each([
  { degrees: 2, scale: 1 },
  { degrees: 30, scale: 1 },
  { degrees: 0, scale: 1.4 },
])(
  'a camera turned by $degrees° that magnifies $scale times is noticed and laid nowhere, until it is turned back',
  ({ degrees, scale }) => {
    const { registrar, locate, graph } = setUp(wideSlide, clean);
    const middle = { x: (wideSlide.width - WIDTH_PX) / 2, y: (wideSlide.height - HEIGHT_PX) / 2 };
    for (let i = 10; i >= 0; i--) locate({ x: middle.x - 20 * i, y: middle.y });
    const turned = slideCamera(turnedSlide(wideSlide, degrees, scale), WIDTH_PX, HEIGHT_PX, 8, pool);
    for (let i = 0; i < 12; i++) {
      using frame = turned(100 + i, (100 + i) * 33, middle.x, middle.y, clean);
      expect(registrar.locate(frame, true)?.placement, `frame ${i}`).toBeUndefined();
    }
    expect((registrar.turn!.angle * 180) / Math.PI).toBeCloseTo(degrees, 0);
    expect(registrar.turn!.scale).toBeCloseTo(scale, 1);
    expect(graph.islands).toBe(1);
    const fixes = Array.from({ length: 3 }, () => locate(middle));
    expect(registrar.turn).toBeUndefined();
    expect(errorPx(fixes.at(-1), middle, { x: middle.x - 200, y: middle.y })).toBeLessThan(1.5);
  },
);

test('a resting stage has no speed, a moving one has its own', () => {
  const { locate } = setUp(wideSlide, clean);
  expect(locate({ x: 100, y: 100 })?.speedPxPerS).toBeUndefined();
  expect(locate({ x: 100, y: 100 })?.speedPxPerS).toBeLessThan(10);
  locate({ x: 112, y: 116 });
  expect(locate({ x: 124, y: 132 })?.speedPxPerS).toBeCloseTo(20 / 0.033, -2);
});

test('reset begins anew', () => {
  const { graph, registrar, locate } = setUp(wideSlide, clean);
  locate({ x: 100, y: 100 });
  locate({ x: 400, y: 100 });
  registrar.reset();
  expect(graph.keyframes).toHaveLength(0);
  expect(locate({ x: 700, y: 300 })).toMatchObject({ placement: { island: 1, x: 0, y: 0 }, made: { id: 1 } });
});

test('gives back no frame that it only borrowed', () => {
  expect(pool.outstanding).toBe(0);
});
