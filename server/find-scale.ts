import { measureDetail } from '../calibration/sharpness.ts';
import { type CalibrationProfile, umPerPxFor } from '../domain/calibration-profile.ts';
import type { CountDocument } from '../domain/count-document.ts';
import type { Frame } from '../domain/frame.ts';
import type { Engine } from '../models/engine.ts';
import { estimateScale } from '../pipelines/estimate-scale.ts';
import { parseSourceAddress } from './ingest/source-address.ts';
import { isFlowAddress } from './microscope/flow-address.ts';
import { FLOW_UM_PER_PX } from './microscope/flow-options.ts';

/** Micrometres for one camera pixel, and who says so. */
export type Scale = { readonly umPerPx: number; readonly from: CountDocument['umPerPxFrom'] };

/** The virtual microscope's fields, which its slides are composed from, are all of this scale. */
const SIMULATED_UM_PER_PX = 0.072;
/** Of so many frames in a row the sharpest is measured. */
const FRAMES_IN_GROUP = 30;
/** Groups that are looked at, unless the first two agree to within this share. */
const GROUPS = 3;
const AGREEMENT = 0.1;

/** The scale where it is known without looking at pictures: it was given, or the source has one. */
export const knownScale = (source: string, given: number | undefined): Scale | undefined => {
  if (given !== undefined) return { umPerPx: given, from: 'given' };
  if (isFlowAddress(source)) return { umPerPx: FLOW_UM_PER_PX, from: 'source' };
  if (parseSourceAddress(source).kind === 'simulate') return { umPerPx: SIMULATED_UM_PER_PX, from: 'source' };
  return undefined;
};

/**
 * The scale of a profile for a source, by the size of its first picture; frames are asked for where the profile has a scale alone. Consumes that frame and
 * ends the iteration. Throws a `config` fault for pictures of another shape.
 */
export const profileScale = async (
  profile: CalibrationProfile | undefined,
  firstFrames: () => AsyncIterable<Frame>,
): Promise<Scale | undefined> => {
  if (profile?.scale === undefined) return undefined;
  for await (const first of firstFrames()) {
    using frame = first;
    const umPerPx = umPerPxFor(profile, frame);
    // Red cells in a profile are still the measure of a person's cells.
    const from = profile.scale.method === 'red-cells' ? 'estimated' : 'calibration';
    return umPerPx === undefined ? undefined : { umPerPx, from };
  }
  return undefined;
};

const detailOf = (frame: Frame): number => {
  const { x, y } = measureDetail(frame.y);
  return Math.min(x, y);
};

/** The sharpest frame of each group of frames; whoever takes one disposes it. Consumes the others. */
async function* sharpestOf(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  let best: { readonly frame: Frame; readonly detail: number } | undefined;
  let seen = 0;
  try {
    for await (const frame of frames) {
      const detail = detailOf(frame);
      if (best !== undefined && best.detail >= detail) frame[Symbol.dispose]();
      else {
        best?.frame[Symbol.dispose]();
        best = { frame, detail };
      }
      if (++seen % FRAMES_IN_GROUP !== 0) continue;
      const { frame: sharpest } = best!;
      best = undefined;
      yield sharpest;
    }
    const rest = best?.frame;
    best = undefined;
    if (rest !== undefined) yield rest;
  } finally {
    best?.frame[Symbol.dispose]();
  }
}

const middleOf = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

/**
 * The scale that the red cells in the first frames speak of. Consumes the frames it takes and ends the iteration early.
 * Where there are too few red cells it is the scale that the model was trained at, `from: 'bundle'`.
 */
export const measuredScale = async (frames: AsyncIterable<Frame>, engine: Engine, signal: AbortSignal): Promise<Scale> => {
  const measured: number[] = [];
  let groups = 0;
  for await (const sharpest of sharpestOf(frames)) {
    using frame = sharpest;
    const umPerPx = await estimateScale(engine, frame, undefined, signal);
    if (umPerPx !== undefined) measured.push(umPerPx);
    const [first, second] = measured;
    const agreed = first !== undefined && second !== undefined && Math.abs(Math.log(first / second)) < AGREEMENT;
    if (++groups === GROUPS || agreed) break;
  }
  const umPerPx = middleOf(measured);
  return umPerPx === undefined ? { umPerPx: engine.card.umPerPx, from: 'bundle' } : { umPerPx, from: 'estimated' };
};
