import { type Box, boxArea, boxCentre, boxHeight, boxWidth, intersectBoxes } from '../../domain/geometry.ts';
import type { Random } from '../../domain/random.ts';
import type { LabelledBox } from '../datasets/labelled-field.ts';
import type { Augmentation } from './augment/augmentation.ts';
import { ASKED_SHARE, type CanvasLabels, FREE_SHARE } from './augment/overlay.ts';
import type { Picture } from './picture.ts';

/** One of the eight turns and mirrorings: mirrored first, then rows and columns changed. */
type Turn = { readonly transposed: boolean; readonly flippedX: boolean; readonly flippedY: boolean };

/** How a piece of a picture is laid onto the canvas: a turn, an enlargement, a window. */
export type Placement = Turn & {
  /** Where on the canvas, in whole canvas pixels. */
  readonly region: Box;
  /** Canvas pixels for one pixel of the picture, along the canvas' axes. */
  readonly zoomX: number;
  readonly zoomY: number;
  /** Upper left corner of the window, in pixels of the turned picture. */
  readonly left: number;
  readonly top: number;
};

/** What a placement is chosen by: strengths, and a box of the picture that the window is to hold. */
export type PlacementWish = Pick<Augmentation, 'flips' | 'quarterTurns' | 'zoom' | 'stretch' | 'crop'> & { readonly aim?: Box | undefined };

const sizeOf = (picture: Picture, transposed: boolean): [number, number] =>
  transposed ? [picture.base.heightPx, picture.base.widthPx] : [picture.base.widthPx, picture.base.heightPx];

/** A box of the picture, in pixels of the turned picture. */
const turnBox = ({ transposed, flippedX, flippedY }: Turn, picture: Picture, box: Box): Box => {
  const { widthPx, heightPx } = picture.base;
  const x: [number, number] = flippedX ? [widthPx - box[2], widthPx - box[0]] : [box[0], box[2]];
  const y: [number, number] = flippedY ? [heightPx - box[3], heightPx - box[1]] : [box[1], box[3]];
  const [across, down] = transposed ? [y, x] : [x, y];
  return [across[0], down[0], across[1], down[1]];
};

/** How far from a window's edge, in shares of its side, the cell lies that it aims at. */
const AIM_MARGIN = 0.15;

/** Start of a window of this length on one axis, within the picture. */
const chooseStart = (random: Random, windowPx: number, lengthPx: number, crop: boolean, aimPx: number | undefined): number => {
  const most = Math.max(0, lengthPx - windowPx);
  const place = random.next();
  if (aimPx !== undefined) return Math.min(most, Math.max(0, aimPx - (AIM_MARGIN + (1 - 2 * AIM_MARGIN) * place) * windowPx));
  return (crop ? place : 0.5) * most;
};

/**
 * Chooses a placement that fills the region from within the picture, so that no made-up border is ever seen: a small picture is enlarged
 * beyond the range of zoom if it must be.
 */
export const choosePlacement = (random: Random, picture: Picture, region: Box, wish: PlacementWish): Placement => {
  const transposedWish = random.next() < wish.quarterTurns;
  const flippedX = random.next() < wish.flips;
  const flippedY = random.next() < wish.flips;
  const stretch = Math.exp(random.between(-wish.stretch, wish.stretch));
  const smallest = (transposed: boolean): number => {
    const [widthPx, heightPx] = sizeOf(picture, transposed);
    return Math.max(wish.zoom[0], boxWidth(region) / widthPx / stretch, (boxHeight(region) / heightPx) * stretch);
  };
  // A turned picture that would have to be enlarged past the range stays as it is.
  const transposed = transposedWish && smallest(true) <= Math.max(wish.zoom[1], smallest(false));
  const low = Math.log(smallest(transposed));
  const zoom = Math.exp(low + random.next() * Math.max(0, Math.log(wish.zoom[1]) - low));
  const zoomX = zoom * stretch;
  const zoomY = zoom / stretch;
  const turn = { transposed, flippedX, flippedY };
  const [widthPx, heightPx] = sizeOf(picture, transposed);
  const aim = wish.aim === undefined ? undefined : boxCentre(turnBox(turn, picture, wish.aim));
  const left = chooseStart(random, boxWidth(region) / zoomX, widthPx, wish.crop, aim?.x);
  const top = chooseStart(random, boxHeight(region) / zoomY, heightPx, wish.crop, aim?.y);
  return { ...turn, region, zoomX, zoomY, left, top };
};

/** A box of the picture, in canvas pixels, not yet clipped. */
const placeBox = (placement: Placement, picture: Picture, box: Box): Box => {
  const turned = turnBox(placement, picture, box);
  const { region, left, top, zoomX, zoomY } = placement;
  return [
    region[0] + (turned[0] - left) * zoomX,
    region[1] + (turned[1] - top) * zoomY,
    region[0] + (turned[2] - left) * zoomX,
    region[1] + (turned[3] - top) * zoomY,
  ];
};

/** The boxes of the placed piece, clipped to it; `slivers` are what counts neither way: what is left of cut cells, and parts nobody vouches for. */
export const placeBoxes = (placement: Placement, picture: Picture): CanvasLabels => {
  const boxes: LabelledBox[] = [];
  const slivers: Box[] = [];
  for (const { box, classIndex } of picture.boxes) {
    const whole = placeBox(placement, picture, box);
    const visible = intersectBoxes(whole, placement.region);
    if (visible === undefined) continue;
    const share = boxArea(visible) / boxArea(whole);
    if (share >= ASKED_SHARE) boxes.push({ box: visible, classIndex });
    else if (share >= FREE_SHARE) slivers.push(visible);
  }
  for (const box of picture.ignored ?? []) {
    const visible = intersectBoxes(placeBox(placement, picture, box), placement.region);
    if (visible !== undefined) slivers.push(visible);
  }
  const classIndexes = picture.unlabelled ?? [];
  return { boxes, slivers, unlabelled: classIndexes.length === 0 ? [] : [{ box: placement.region, classIndexes }] };
};
