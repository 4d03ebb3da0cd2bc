/** A way between two of the places, by their indices: `to` lies at `from` + (x, y). */
export type Way = { readonly from: number; readonly to: number; readonly x: number; readonly y: number; readonly weight: number };

export type SolverOptions = {
  /** Ways that disagree with the rest by much more than this are as good as left out; infinite for plain least squares. */
  readonly doubtPx: number;
  /** How often the ways are weighed anew. */
  readonly rounds: number;
  /** Ends when no place moves by more than this in a step. */
  readonly closePx: number;
};

export type PositionSolver = {
  /** One iteration, at a cost of the order of the number of ways; `true` when done. */
  step(): boolean;
  /** The places, x then y: changed in place by `step`. */
  readonly x: Float64Array;
  readonly y: Float64Array;
};

const MOST_ITERATIONS = 600;

/**
 * Places that agree best with the measured ways between them: weighted least squares by conjugate gradients (Hestenes and Stiefel, 1952) with the
 * diagonal as preconditioner; the ways are weighed anew in each round by how well they fit (Geman and McClure, 1987), so that one wrong way does not
 * bend the map. Places marked in `fixed` stay; the others must hang on one of them. Owns `x` and `y`.
 */
export const createPositionSolver = (
  x: Float64Array,
  y: Float64Array,
  fixed: Uint8Array,
  ways: readonly Way[],
  { doubtPx, rounds, closePx }: SolverOptions,
): PositionSolver => {
  const n = x.length;
  const weights = new Float64Array(ways.length);
  const diagonal = new Float64Array(n);
  const rx = new Float64Array(n);
  const ry = new Float64Array(n);
  const px = new Float64Array(n);
  const py = new Float64Array(n);
  const ax = new Float64Array(n);
  const ay = new Float64Array(n);
  let rho = 0;
  let round = 0;
  let iteration = 0;

  const weigh = (): void => {
    for (let i = 0; i < ways.length; i++) {
      const { from, to, x: wx, y: wy, weight } = ways[i]!;
      const off2 = (x[to]! - x[from]! - wx) ** 2 + (y[to]! - y[from]! - wy) ** 2;
      const trust = doubtPx === Number.POSITIVE_INFINITY ? 1 : (doubtPx ** 2 / (doubtPx ** 2 + off2)) ** 2;
      weights[i] = weight * trust;
    }
  };

  const begin = (): void => {
    weigh();
    for (const array of [diagonal, rx, ry]) array.fill(0);
    for (let i = 0; i < ways.length; i++) {
      const { from, to, x: wx, y: wy } = ways[i]!;
      const w = weights[i]!;
      const offX = w * (x[from]! + wx - x[to]!);
      const offY = w * (y[from]! + wy - y[to]!);
      diagonal[from]! += w;
      diagonal[to]! += w;
      rx[to]! += offX;
      ry[to]! += offY;
      rx[from]! -= offX;
      ry[from]! -= offY;
    }
    rho = 0;
    for (let i = 0; i < n; i++) {
      if (fixed[i] === 1 || diagonal[i] === 0) {
        rx[i] = 0;
        ry[i] = 0;
      }
      px[i] = diagonal[i] === 0 ? 0 : rx[i]! / diagonal[i]!;
      py[i] = diagonal[i] === 0 ? 0 : ry[i]! / diagonal[i]!;
      rho += rx[i]! * px[i]! + ry[i]! * py[i]!;
    }
    iteration = 0;
  };

  /** Both axes share the matrix, so one step serves both as a single system of twice the size. Gives the farthest move. */
  const iterate = (): number => {
    ax.fill(0);
    ay.fill(0);
    for (let i = 0; i < ways.length; i++) {
      const { from, to } = ways[i]!;
      const w = weights[i]!;
      const dx = w * (px[to]! - px[from]!);
      const dy = w * (py[to]! - py[from]!);
      ax[to]! += dx;
      ay[to]! += dy;
      ax[from]! -= dx;
      ay[from]! -= dy;
    }
    let curvature = 0;
    for (let i = 0; i < n; i++) if (fixed[i] === 0) curvature += px[i]! * ax[i]! + py[i]! * ay[i]!;
    if (!(curvature > 0)) return 0;
    const alpha = rho / curvature;
    let farthest = 0;
    let next = 0;
    for (let i = 0; i < n; i++) {
      if (fixed[i] === 1 || diagonal[i] === 0) continue;
      x[i]! += alpha * px[i]!;
      y[i]! += alpha * py[i]!;
      farthest = Math.max(farthest, Math.abs(alpha * px[i]!), Math.abs(alpha * py[i]!));
      rx[i]! -= alpha * ax[i]!;
      ry[i]! -= alpha * ay[i]!;
      next += (rx[i]! * rx[i]! + ry[i]! * ry[i]!) / diagonal[i]!;
    }
    const beta = next / rho;
    rho = next;
    for (let i = 0; i < n; i++) {
      if (fixed[i] === 1 || diagonal[i] === 0) continue;
      px[i] = rx[i]! / diagonal[i]! + beta * px[i]!;
      py[i] = ry[i]! / diagonal[i]! + beta * py[i]!;
    }
    return farthest;
  };

  begin();
  return {
    x,
    y,
    step: () => {
      const moved = rho > 1e-18 ? iterate() : 0;
      if (moved > closePx && ++iteration < MOST_ITERATIONS) return false;
      if (++round >= rounds) return true;
      begin();
      return false;
    },
  };
};
