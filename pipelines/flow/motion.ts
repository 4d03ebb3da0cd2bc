import type { Box } from '../../domain/geometry.ts';

/** One axis of constant-velocity motion, in px and s: the estimate with the covariance of position and velocity. */
export type Axis = {
  readonly at: number;
  readonly velocity: number;
  readonly varAt: number;
  readonly cov: number;
  readonly varVelocity: number;
};

/** Where a cell is and goes; its size is a running mean, as it does not move. */
export type Motion = {
  readonly x: Axis;
  readonly y: Axis;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Whether width and height were ever seen from end to end; until then they are guesses. */
  readonly wholeX: boolean;
  readonly wholeY: boolean;
};

/** The length that noise is scaled by: the side of the square of a box's area. */
export const sizeOf = ({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): number =>
  Math.sqrt(Math.max(1, widthPx) * Math.max(1, heightPx));

/** An axis of which only a place is measured; velocity comes from elsewhere. */
export const startAxis = (at: number, varAt: number, velocity: number, varVelocity: number): Axis => ({
  at,
  velocity,
  varAt,
  cov: 0,
  varVelocity,
});

/** The axis `dtS` later; `jerk` is the density of the white-noise acceleration, in px²/s³. */
export const predictAxis = ({ at, velocity, varAt, cov, varVelocity }: Axis, dtS: number, jerk: number): Axis => ({
  at: at + velocity * dtS,
  velocity,
  varAt: varAt + 2 * dtS * cov + dtS * dtS * varVelocity + (jerk * dtS ** 3) / 3,
  cov: cov + dtS * varVelocity + (jerk * dtS * dtS) / 2,
  varVelocity: varVelocity + jerk * dtS,
});

/** Kalman's update (Trans. ASME 82, 1960) by a measured place of variance `noise`. */
export const updateAxis = ({ at, velocity, varAt, cov, varVelocity }: Axis, measured: number, noise: number): Axis => {
  const gainAt = varAt / (varAt + noise);
  const gainVelocity = cov / (varAt + noise);
  const off = measured - at;
  return {
    at: at + gainAt * off,
    velocity: velocity + gainVelocity * off,
    varAt: (1 - gainAt) * varAt,
    cov: (1 - gainAt) * cov,
    varVelocity: varVelocity - gainVelocity * cov,
  };
};

/** Acceleration that cells show, in their own sizes and as a share of their speed. */
const ACCELERATION_SIZES = 6;
const ACCELERATION_SHARE = 0.5;

export const predictMotion = (motion: Motion, dtS: number): Motion => {
  const size = sizeOf(motion);
  const speed = Math.hypot(motion.x.velocity, motion.y.velocity);
  const jerk = (ACCELERATION_SIZES * size) ** 2 * 0.1 + (ACCELERATION_SHARE * speed) ** 2 * 0.1;
  return { ...motion, x: predictAxis(motion.x, dtS, jerk), y: predictAxis(motion.y, dtS, jerk) };
};

export const motionBox = ({ x, y, widthPx, heightPx }: Motion): Box => [
  x.at - widthPx / 2,
  y.at - heightPx / 2,
  x.at + widthPx / 2,
  y.at + heightPx / 2,
];
