import type { Point } from '../../domain/geometry.ts';
import { type Random, seededRandom } from '../../domain/random.ts';
import { SLIDE_MARGIN_PX } from './scan-options.ts';

/** Where the stage stands at a time, as the field's upper left corner in slide pixels. Times may step back by a second, no more. */
export type StagePath = { positionAt(ms: number): Point };

export type StagePathOptions = {
  readonly seed: number;
  readonly slide: { readonly widthPx: number; readonly heightPx: number };
  readonly widthPx: number;
  readonly heightPx: number;
  readonly jumps: boolean;
};

/** One turn of the knob: to a place at a top speed, then a rest. */
type Stroke = { readonly to: Point; readonly pxPerS: number; readonly restMs: number };
type Travel = { readonly to: Point; readonly manner: 'scan' | 'jump' };

const CRUISE_PX_PER_S = [270, 430] as const;
const BURST_PX_PER_S = [850, 1150] as const;
const JUMP_PX_PER_S = [2800, 4200] as const;
const RAMP_MS = 170;
const KEPT_MS = 2000;

/**
 * Where the hand means to go, without end: lanes from side to side that overlap, in each a return over what was just seen; after every second lane a
 * look back at the one before; from the last lane to the top again.
 */
function* travels(random: Random, range: Point, heightPx: number, jumps: boolean): Generator<Travel> {
  let right = true;
  for (;;) {
    let y = random.between(0, 0.08) * range.y;
    const sideways = () => (right ? range.x - random.between(0, 60) : random.between(0, 60));
    for (let lane = 1; ; lane++) {
      const from = right ? 0 : range.x;
      const target = sideways();
      const turnAt = from + (target - from) * random.between(0.45, 0.8);
      const back = Math.min(Math.abs(turnAt - from), random.between(300, 620)) * (right ? 1 : -1);
      yield { to: { x: turnAt, y }, manner: 'scan' };
      if (jumps) {
        const away = random.between(900, 1500) * (turnAt > range.x / 2 ? -1 : 1);
        yield { to: { x: turnAt + away, y: y + random.between(-200, 200) }, manner: 'jump' };
        yield { to: { x: turnAt + away + random.between(-150, 150), y }, manner: 'scan' };
        yield { to: { x: turnAt, y }, manner: 'jump' };
      }
      yield { to: { x: turnAt - back, y: y + random.between(-30, 30) }, manner: 'scan' };
      yield { to: { x: target, y }, manner: 'scan' };
      const step = heightPx * random.between(0.62, 0.76);
      if (lane % 2 === 0) {
        yield { to: { x: target, y: y - step }, manner: 'scan' };
        yield { to: { x: target, y }, manner: 'scan' };
      }
      right = !right;
      if (y >= range.y) break;
      y = Math.min(range.y, y + step);
      yield { to: { x: target, y }, manner: 'scan' };
    }
    yield { to: { x: sideways(), y: 0 }, manner: 'scan' };
    right = !right;
  }
}

const within = (range: Point, { x, y }: Point): Point => ({ x: Math.min(range.x, Math.max(0, x)), y: Math.min(range.y, Math.max(0, y)) });

/** Divides a travel into turns of the knob, each of its own speed, with rests between them. */
function* strokes(random: Random, from: Point, { to, manner }: Travel, range: Point, isBurst: () => boolean): Generator<Stroke> {
  if (manner === 'jump') {
    yield { to: within(range, to), pxPerS: random.between(...JUMP_PX_PER_S), restMs: random.between(350, 700) };
    return;
  }
  const lengthPx = Math.hypot(to.x - from.x, to.y - from.y);
  for (let donePx = 0; donePx < lengthPx; ) {
    const burst = isBurst();
    const strokePx = burst ? random.between(420, 700) : random.between(260, 720);
    const leftPx = lengthPx - donePx - strokePx;
    donePx = leftPx < 120 ? lengthPx : donePx + strokePx;
    const along = donePx / lengthPx;
    const astray = donePx === lengthPx ? 3 : 7;
    const dwells = random.next() < 0.1;
    yield {
      to: within(range, {
        x: from.x + (to.x - from.x) * along + astray * random.normal(),
        y: from.y + (to.y - from.y) * along + astray * random.normal(),
      }),
      pxPerS: burst ? random.between(...BURST_PX_PER_S) : random.between(...CRUISE_PX_PER_S),
      restMs: dwells ? random.between(500, 1300) : random.between(0, 130),
    };
  }
}

type Motion = {
  readonly from: Point;
  readonly to: Point;
  readonly startMs: number;
  readonly moveMs: number;
  readonly rampMs: number;
  readonly endMs: number;
};

/** Share of the way done: the speed rises and falls by a smoothstep over the ramps and is even between them. */
const progress = ({ startMs, moveMs, rampMs }: Motion, ms: number): number => {
  const t = Math.min(moveMs, Math.max(0, ms - startMs));
  const ramped = (part: number): number => rampMs * (part ** 3 - part ** 4 / 2);
  const whole = moveMs - rampMs;
  if (whole <= 0) return 1;
  if (t < rampMs) return ramped(t / rampMs) / whole;
  if (t > moveMs - rampMs) return 1 - ramped((moveMs - t) / rampMs) / whole;
  return (t - rampMs / 2) / whole;
};

/** A hand that shakes: a slow wander and a tremor of 7 to 11 Hz, together within the slide's margin. */
const createTremor = (random: Random) => {
  const waves = [
    { amplitudePx: 2.2, hz: random.between(0.2, 0.4) },
    { amplitudePx: 1.2, hz: random.between(0.6, 0.9) },
    { amplitudePx: 0.22, hz: random.between(7, 8.5) },
    { amplitudePx: 0.16, hz: random.between(9, 11) },
  ].map((wave) => ({ ...wave, phase: random.between(0, 2 * Math.PI) }));
  return (ms: number): number =>
    waves.reduce((sum, { amplitudePx, hz, phase }) => sum + amplitudePx * Math.sin(phase + 0.002 * Math.PI * hz * ms), 0);
};

/** A hand-moved stage over a slide, without end and without leaving it. The same options give the same path. */
export const createStagePath = ({ seed, slide, widthPx, heightPx, jumps }: StagePathOptions): StagePath => {
  const random = seededRandom(seed ^ 0x57a6e);
  const tremorX = createTremor(random);
  const tremorY = createTremor(random);
  const range = { x: slide.widthPx - widthPx - 2 * SLIDE_MARGIN_PX, y: slide.heightPx - heightPx - 2 * SLIDE_MARGIN_PX };
  let strokesToBurst = 2 + random.integer(4);
  const isBurst = (): boolean => {
    if (strokesToBurst-- > 0) return false;
    strokesToBurst = 4 + random.integer(6);
    return true;
  };
  const plan = travels(random, range, heightPx, jumps);
  let at: Point = { x: random.between(0, 0.02) * range.x, y: random.between(0, 0.04) * range.y };
  let untilMs = 300;
  let motions: Motion[] = [{ from: at, to: at, startMs: 0, moveMs: 0, rampMs: 0, endMs: untilMs }];
  const extend = (): void => {
    for (const { to, pxPerS, restMs } of strokes(random, at, plan.next().value as Travel, range, isBurst)) {
      const evenMs = (1000 * Math.hypot(to.x - at.x, to.y - at.y)) / pxPerS;
      const rampMs = Math.min(RAMP_MS, evenMs);
      const moveMs = evenMs + rampMs;
      motions.push({ from: at, to, startMs: untilMs, moveMs, rampMs, endMs: untilMs + moveMs + restMs });
      untilMs += moveMs + restMs;
      at = to;
    }
  };
  return {
    positionAt: (ms) => {
      while (untilMs <= ms) extend();
      if (motions[0]!.endMs < ms - KEPT_MS) motions = motions.filter(({ endMs }) => endMs >= ms - KEPT_MS);
      const motion = motions.find(({ endMs }) => endMs > ms)!;
      const done = progress(motion, ms);
      return {
        x: SLIDE_MARGIN_PX + motion.from.x + (motion.to.x - motion.from.x) * done + tremorX(ms),
        y: SLIDE_MARGIN_PX + motion.from.y + (motion.to.y - motion.from.y) * done + tremorY(ms),
      };
    },
  };
};
