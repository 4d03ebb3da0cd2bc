import { type BlockColours, blockColours } from '../../calibration/block-colours.ts';
import { findRuling } from '../../calibration/find-ruling.ts';
import { measureEmptyArea } from '../../calibration/measure-empty-area.ts';
import type { Measured, MeasureRequest } from '../../domain/calibration-measure.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Engine } from '../../models/engine.ts';
import { estimateScale } from '../../pipelines/estimate-scale.ts';

/** What frames showed, or why they do not serve; `undefined` where more of them are wanted. */
export type Finding = { readonly measured: Measured } | { readonly refused: string } | undefined;

/** Looks at frame after frame until it knows. Borrows each frame. */
export type Look = (frame: Frame) => Promise<Finding>;

/** Frames in which a ruling or red cells are looked for: the stage may just be moving. */
const TRIES = 4;
/** Frames of an empty area: noise and what drifts through fall out. */
const EMPTY_FRAMES = 12;
/** Healthy people's red cells are 6.7 to 7.7 µm wide (mean of a person): half of that range, as a share. */
const RED_CELL_SPREAD = 0.07;

const NO_RULING = 'no ruling was found: bring the lines of the micrometer into focus, at least five of them in the picture';
const NO_CELLS = 'too few red cells were found: move to a sharp field of red cells that lie side by side';
const NO_MODEL = 'the model is not loaded yet: try again in a moment';

/** Looks at frames one after the other until `look` finds something in one of them. */
const within = (tries: number, refused: string, look: (frame: Frame) => Promise<Measured | undefined>): Look => {
  let left = tries;
  return async (frame) => {
    const measured = await look(frame);
    if (measured !== undefined) return { measured };
    return --left > 0 ? undefined : { refused };
  };
};

/** The look for a measurement. `engine` is needed for red cells alone. */
export const lookFor = ({ what }: MeasureRequest, engine: Engine | undefined): Look => {
  switch (what) {
    case 'still':
      return async ({ widthPx, heightPx }) => ({ measured: { what, widthPx, heightPx } });
    case 'micrometer':
      return within(TRIES, NO_RULING, async (frame) => {
        const ruling = findRuling(frame.y);
        return ruling && { what, widthPx: frame.widthPx, heightPx: frame.heightPx, ruling };
      });
    case 'red-cells':
      if (engine === undefined) return async () => ({ refused: NO_MODEL });
      return within(TRIES, NO_CELLS, async (frame) => {
        const umPerPx = await estimateScale(engine, frame);
        const { widthPx, heightPx } = frame;
        return umPerPx === undefined ? undefined : { what, widthPx, heightPx, umPerPx, uncertaintyUmPerPx: RED_CELL_SPREAD * umPerPx };
      });
    case 'empty': {
      const colours: BlockColours[] = [];
      return async (frame) => {
        colours.push(blockColours(frame));
        if (colours.length < EMPTY_FRAMES) return undefined;
        const area = measureEmptyArea(colours, frame.fullRange);
        if ('refused' in area) return area;
        const { widthPx, heightPx } = frame;
        return { measured: { what, widthPx, heightPx, ...area, frames: colours.length } };
      };
    }
    default:
      return what satisfies never;
  }
};
