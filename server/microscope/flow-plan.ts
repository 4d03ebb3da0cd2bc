import { type Box, boxArea, intersectBoxes } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import { FLOW_UM_PER_PX, type FlowOptions, MIDDLE_UM_PER_S } from './flow-options.ts';

/** A kind of cell that may come: its class and size as cut out, in pixels. */
export type FlowKind = { readonly class: string; readonly widthPx: number; readonly heightPx: number };

/** A cell in one frame: the centre, how it is turned, and its box within the frame. */
export type FlowingCell = {
  readonly id: number;
  readonly kind: number;
  readonly class: string;
  readonly x: number;
  readonly y: number;
  readonly turned: number;
  readonly box: Box;
  /** Share of the cell that neither the frame's edge nor cells above it hide. */
  readonly visible: number;
};

/** Cells that lie above others come later in the list. */
export type PlannedFlowFrame = { readonly id: number; readonly capturedAtMs: number; readonly cells: readonly FlowingCell[] };

type Course = {
  readonly id: number;
  readonly kind: number;
  readonly entersAtS: number;
  readonly startX: number;
  readonly startY: number;
  /** Pixels a second at a pulse of 1. */
  readonly speed: number;
  readonly drift: number;
  readonly wobblePx: number;
  readonly phase: number;
  readonly spin: number;
};

/** Shares of the classes; the rest are red cells. */
const SHARES = { WBC: 0.05, Platelets: 0.1 };
/** The channel is wider than the view by so much on each side, as a share of the view. */
const BEYOND = 0.12;
/** Speed at the wall and its exponent: blunter than Poiseuille's parabola, as blood flows in narrow vessels. */
const WALL = 0.35;
const BLUNTNESS = 2.5;
const PULSE = 0.18;
const PULSE_PER_S = 1.1;
/** Less of a cell than this within the frame is not told of. */
const LEAST_IN_FRAME = 0.25;
/** Cells enter no nearer to each other than this share of their size; later they may meet. */
const APART = 0.75;

/** Half sizes of the box around an ellipse that is turned. */
const halfBox = ({ widthPx, heightPx }: FlowKind, turned: number): [number, number] => {
  const c = Math.cos(turned) ** 2;
  const s = 1 - c;
  return [Math.sqrt(widthPx ** 2 * c + heightPx ** 2 * s) / 2, Math.sqrt(widthPx ** 2 * s + heightPx ** 2 * c) / 2];
};

/** The box around the part of an upright ellipse that lies in the frame; `undefined` where none does. Beyond its middle a cut narrows it. */
const visibleBox = (x: number, y: number, halfX: number, halfY: number, frame: Box): Box | undefined => {
  /** Half of what is left along one axis when the other is seen from `low` to `high` of the middle. */
  const chord = (half: number, low: number, high: number, other: number): number => {
    const nearest = low > 0 ? low : high < 0 ? -high : 0;
    return half * Math.sqrt(Math.max(0, 1 - (nearest / other) ** 2));
  };
  const left = chord(halfX, frame[1] - y, frame[3] - y, halfY);
  const up = chord(halfY, frame[0] - x, frame[2] - x, halfX);
  return intersectBoxes([x - left, y - up, x + left, y + up], frame);
};

/** Share of the first box that the ellipses in others hide, taken from its middle rows: near enough for a score. */
const hiddenShare = (box: Box, above: readonly Box[]): number => {
  let most = 0;
  for (const other of above) {
    const common = intersectBoxes(box, other);
    if (common !== undefined) most = Math.max(most, boxArea(common) / boxArea(box));
  }
  return most;
};

/**
 * Cells that flow through a channel from left to right, for ever: a blunt profile across it, a slow pulse, cells of their own speed that overtake
 * and drift across others, leave at every side and come in anew. Seeded; ids of frames may be left out but do not step back.
 */
export const createFlowPlan = (options: FlowOptions, kinds: readonly FlowKind[]): { frame(id: number): PlannedFlowFrame } => {
  const { seed, fps, width, height, cells: crowd } = options;
  const random = seededRandom(seed ^ 0xf10e);
  const middlePx = MIDDLE_UM_PER_S[options.speed] / FLOW_UM_PER_PX;
  const reach = Math.max(...kinds.map(({ widthPx, heightPx }) => Math.max(widthPx, heightPx)));
  const pulsePhase = random.between(0, 2 * Math.PI);
  const omega = 2 * Math.PI * PULSE_PER_S;
  /** Way of a cell of speed 1 since the start, in s: the pulse integrated. */
  const way = (s: number): number => s + (PULSE / omega) * (Math.cos(pulsePhase) - Math.cos(omega * s + pulsePhase));
  const profile = (y: number): number => {
    const off = Math.min(1, Math.abs(y / height - 0.5) / (0.5 + BEYOND));
    return WALL + (1 - WALL) * (1 - off ** BLUNTNESS);
  };
  const byClass = (name: string): number[] => kinds.flatMap((kind, i) => (kind.class === name ? [i] : []));
  const indices = { WBC: byClass('WBC'), Platelets: byClass('Platelets'), RBC: byClass('RBC') };
  const pickKind = (): number => {
    const drawn = random.next();
    const wanted = drawn < SHARES.WBC ? indices.WBC : drawn < SHARES.WBC + SHARES.Platelets ? indices.Platelets : indices.RBC;
    const from = wanted.length > 0 ? wanted : kinds.map((_, i) => i);
    return from[random.integer(from.length)]!;
  };
  const lengthPx = width + reach;
  const perS = (crowd * (1 + 2 * BEYOND) * middlePx * 0.75) / lengthPx;
  const place = (course: Course, s: number): { x: number; y: number } => {
    const ran = way(s) - way(course.entersAtS);
    const swing = course.wobblePx * Math.sin(course.phase + 0.7 * s);
    return { x: course.startX + course.speed * ran, y: course.startY + course.speed * course.drift * ran + swing };
  };

  let nextId = 1;
  let entersAtS = -(lengthPx / (middlePx * WALL)) * 1.2;
  let courses: Course[] = [];
  const enter = (): void => {
    entersAtS += perS > 0 ? -Math.log(1 - random.next()) / perS : Number.POSITIVE_INFINITY;
    const kind = pickKind();
    const { class: name, widthPx } = kinds[kind]!;
    for (let tries = 0; tries < 6; tries++) {
      const startY = random.between(-BEYOND, 1 + BEYOND) * height;
      // As many cells for each stretch of channel, so more arrive where it flows faster.
      const base = profile(startY);
      if (random.next() > base) continue;
      const own = name === 'WBC' ? 0.8 : 1;
      const course: Course = {
        id: nextId,
        kind,
        entersAtS,
        startX: -reach / 2,
        startY,
        speed: middlePx * base * own * Math.max(0.5, 1 + 0.09 * random.normal()),
        drift: random.next() < 0.3 ? 0.09 * random.normal() : 0.012 * random.normal(),
        wobblePx: random.between(0, 5),
        phase: random.between(0, 2 * Math.PI),
        spin: (random.normal() * 0.6 * middlePx) / 900,
      };
      const crowded = courses.some((other) => {
        const at = place(other, entersAtS);
        return Math.hypot(at.x - course.startX, at.y - startY) < (APART * (kinds[other.kind]!.widthPx + widthPx)) / 2;
      });
      if (crowded) continue;
      courses.push(course);
      nextId++;
      return;
    }
  };

  return {
    frame: (id) => {
      const s = id / fps;
      while (entersAtS <= s) enter();
      const frame: Box = [0, 0, width, height];
      const present: (Omit<FlowingCell, 'visible'> & { readonly whole: number })[] = [];
      courses = courses.filter((course) => {
        const { x, y } = place(course, s);
        if (x > width + reach || y < -height || y > 2 * height) return false;
        const kind = kinds[course.kind]!;
        const turned = course.phase + course.spin * s;
        const [halfX, halfY] = halfBox(kind, turned);
        const box = visibleBox(x, y, halfX, halfY, frame);
        if (course.entersAtS <= s && box !== undefined)
          present.push({ id: course.id, kind: course.kind, class: kind.class, x, y, turned, box, whole: 4 * halfX * halfY });
        return true;
      });
      const cells = present.map(({ whole, ...cell }, i): FlowingCell => {
        const above = present.slice(i + 1).map(({ box }) => box);
        return { ...cell, visible: Math.min(1, boxArea(cell.box) / whole) * (1 - hiddenShare(cell.box, above)) };
      });
      return { id, capturedAtMs: (1000 * id) / fps, cells };
    },
  };
};

/** Whether enough of a cell is within the frame to be told of. */
export const isTold = ({ box }: FlowingCell, { widthPx, heightPx }: FlowKind): boolean =>
  boxArea(box) >= LEAST_IN_FRAME * widthPx * heightPx;
