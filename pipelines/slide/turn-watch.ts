import type { Developed } from './darkroom.ts';
import type { GreyImage, Thumbnail } from './grey-image.ts';
import type { Match } from './match-keyframe.ts';
import type { PhaseCorrelator } from './phase-correlation.ts';
import { refineShift } from './refine-shift.ts';
import { createTurnFinder, measureTurn, type Turn, turnBack } from './turn.ts';

/** A turn or magnification beyond these puts cells at the field's corners some pixels off. */
const MOST_ANGLE = (0.45 * Math.PI) / 180;
const MOST_SCALE = 0.008;
/** Common part from which a turn can be measured. */
const MEASURE_OVERLAP = 0.35;
/** A frame is measured each so many frames, and where its likeness falls below the mean by so much. */
const EVERY = 4;
/** A measurement with a larger standard error says nothing; a turn must be this many of them. */
const MOST_ERROR = 0.0015;
const SURE = 4;
/** Share of the unlikeness that turning back must take away. */
const BORNE_OUT = 0.4;
/** After so many frames in a row that tell nothing a suspicion is dropped. */
const UNTOLD = 6;
const LIKENESS_FALL = 0.04;
/** A found turn must make the pictures as alike as this, over so much of the field. */
const FOUND_LIKENESS = 0.62;
const FOUND_OVERLAP = 0.25;
const FOUND_CONTRAST = 7;
/** Few cells look alike in any turn: the pictures must tell it as well as this. */
const FOUND_ERROR = 0.003;
const TURNS_TRIED = 6;

export type TurnWatch = {
  /** The turn in which the frames stand against the map; until one is found upright, as nothing else proves that the camera was turned back. */
  readonly turn: Turn | undefined;
  /** Judges a tracked frame; `true` where it lies upright, as far as can be told. */
  isUpright(frame: Thumbnail, developed: Developed, match: Match): boolean;
  /** Looks whether a frame that was found nowhere is the keyframe's field, turned or magnified. */
  lookFor(frame: Thumbnail, developed: Developed): void;
  reset(): void;
};

const isTurned = ({ angle, scale }: Turn): boolean => Math.abs(angle) > MOST_ANGLE || Math.abs(scale - 1) > MOST_SCALE;

/** A slighter turn than this does not make a field unfindable: it would be tracked and measured. */
const isSlight = ({ angle, scale }: Turn): boolean => Math.abs(angle) < 0.05 && Math.abs(scale - 1) < 0.05;

/** Notices that the camera was turned on its tube or the objective changed: such frames must not be laid on the map. */
export const createTurnWatch = ({ coarse }: Thumbnail, correlator: PhaseCorrelator): TurnWatch => {
  const finder = createTurnFinder(coarse.width, coarse.height);
  let turn: Turn | undefined;
  let sinceMeasured = EVERY;
  let suspect = false;
  let meanLikeness = 0;
  let untold = 0;

  /** Both as they would lie on each other: the one that shows more is cut and magnified, so that nothing is missing in it. */
  const laid = (frame: GreyImage, keyframe: GreyImage, { angle, scale }: Turn): [GreyImage, GreyImage] =>
    scale > 1 ? [frame, turnBack(keyframe, { angle: -angle, scale: 1 / scale })] : [turnBack(frame, { angle, scale }), keyframe];

  const verify = (frame: GreyImage, keyframe: GreyImage, guess: Turn): Turn | undefined => {
    const [one, other] = laid(frame, keyframe, guess);
    const [peak] = correlator.peaks(correlator.analyse(one).phases, correlator.analyse(other).phases, 1);
    if (peak === undefined || peak.contrast < FOUND_CONTRAST) return undefined;
    const options = { rowStep: 2, iterations: 12, reach: 6, minOverlap: FOUND_OVERLAP, converged: 0.05 };
    for (const x of [peak.x, peak.x - correlator.period.x]) {
      for (const y of [peak.y, peak.y - correlator.period.y]) {
        const shift = refineShift(one, other, { x, y }, options);
        const rest = shift && measureTurn(one, other, shift);
        if (shift === undefined || rest === undefined || rest.error > FOUND_ERROR) continue;
        const found = { angle: guess.angle + rest.angle, scale: guess.scale * rest.scale };
        const again = refineShift(...laid(frame, keyframe, found), shift, { ...options, reach: 10 });
        if (again !== undefined && again.likeness > FOUND_LIKENESS) return found;
      }
    }
    return undefined;
  };

  /** Whether the pictures are really more alike once the frame is turned back: what one odd cell suggests is not. */
  const isBorneOut = (frame: GreyImage, keyframe: GreyImage, shift: { x: number; y: number }, measured: Turn): boolean => {
    const options = { rowStep: 2, iterations: 12, reach: 10, minOverlap: 0.1, converged: 0.05 };
    const before = refineShift(frame, keyframe, shift, options);
    const after = refineShift(...laid(frame, keyframe, measured), shift, options);
    return before === undefined || (after !== undefined && after.likeness - before.likeness > BORNE_OUT * (1 - before.likeness));
  };

  return {
    get turn() {
      return turn;
    },
    isUpright: (frame, { thumbnail }, match) => {
      const fell = match.likeness < meanLikeness - LIKENESS_FALL;
      meanLikeness = meanLikeness === 0 ? match.likeness : meanLikeness + (match.likeness - meanLikeness) / 16;
      if (match.overlap < MEASURE_OVERLAP) return turn === undefined && !suspect;
      if (!fell && !suspect && turn === undefined && ++sinceMeasured < EVERY) return true;
      sinceMeasured = 0;
      const shift = { x: match.x / (2 * frame.factor), y: match.y / (2 * frame.factor) };
      const measured = measureTurn(frame.coarse, thumbnail.coarse, shift);
      if (measured === undefined || measured.error > MOST_ERROR) {
        if (++untold > UNTOLD) suspect = false;
        return turn === undefined && !suspect;
      }
      untold = 0;
      if (
        !isTurned(measured) ||
        Math.max(Math.abs(measured.angle), Math.abs(measured.scale - 1)) < SURE * measured.error ||
        !isBorneOut(frame.coarse, thumbnail.coarse, shift, measured)
      ) {
        turn = undefined;
        suspect = false;
        return true;
      }
      if (suspect) turn = measured;
      suspect = true;
      return false;
    },
    lookFor: (frame, developed) => {
      const profile = finder.profile(frame.coarse);
      for (const guess of finder.likeliest(profile, finder.profile(developed.thumbnail.coarse), TURNS_TRIED)) {
        for (const angle of [guess.angle, guess.angle + (guess.angle > 0 ? -Math.PI : Math.PI)]) {
          const found = verify(frame.coarse, developed.thumbnail.coarse, { ...guess, angle });
          if (found === undefined || isSlight(found)) continue;
          turn = found;
          return;
        }
      }
    },
    reset: () => {
      turn = undefined;
      suspect = false;
      meanLikeness = 0;
      sinceMeasured = EVERY;
    },
  };
};
