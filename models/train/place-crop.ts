import { type Box, boxArea, boxHeight, boxWidth, intersectBoxes } from '../../domain/geometry.ts';
import type { Random } from '../../domain/random.ts';
import type { LabelledBox } from '../datasets/labelled-field.ts';
import type { Picture } from './picture.ts';

/** How a piece of a picture is laid onto the canvas: one of the eight turns and mirrorings, an enlargement, a window. */
export type Placement = {
  /** Where on the canvas, in whole canvas pixels. */
  readonly region: Box;
  readonly transposed: boolean;
  readonly flippedX: boolean;
  readonly flippedY: boolean;
  /** Canvas pixels for one pixel of the picture, along the canvas' axes. */
  readonly zoomX: number;
  readonly zoomY: number;
  /** Upper left corner of the window, in pixels of the (transposed) picture. */
  readonly left: number;
  readonly top: number;
};

const ZOOM_RANGE = [0.6, 1.55] as const;
const STRETCH = 0.08;

/** Chooses a placement that fills the region from within the picture, so that no made-up border is ever seen. */
export const choosePlacement = (random: Random, picture: Picture, region: Box): Placement => {
  const transposedWish = random.next() < 0.5;
  const flippedX = random.next() < 0.5;
  const flippedY = random.next() < 0.5;
  const stretch = Math.exp(random.between(-STRETCH, STRETCH));
  const smallest = (transposed: boolean): number => {
    const [widthPx, heightPx] = transposed ? [picture.base.heightPx, picture.base.widthPx] : [picture.base.widthPx, picture.base.heightPx];
    return Math.max(ZOOM_RANGE[0], boxWidth(region) / widthPx / stretch, (boxHeight(region) / heightPx) * stretch);
  };
  // A turned picture that would have to be enlarged past the range stays as it is.
  const transposed = transposedWish && smallest(true) < ZOOM_RANGE[1];
  const low = Math.log(smallest(transposed) * 1.0001);
  const zoom = Math.exp(low + random.next() * Math.max(0, Math.log(ZOOM_RANGE[1]) - low));
  const zoomX = zoom * stretch;
  const zoomY = zoom / stretch;
  const [widthPx, heightPx] = transposed ? [picture.base.heightPx, picture.base.widthPx] : [picture.base.widthPx, picture.base.heightPx];
  const left = random.next() * Math.max(0, widthPx - boxWidth(region) / zoomX);
  const top = random.next() * Math.max(0, heightPx - boxHeight(region) / zoomY);
  return { region, transposed, flippedX, flippedY, zoomX, zoomY, left, top };
};

/** A box of the picture, in canvas pixels, not yet clipped. */
const placeBox = (placement: Placement, picture: Picture, box: Box): Box => {
  const { widthPx, heightPx } = picture.base;
  const x: [number, number] = placement.flippedX ? [widthPx - box[2], widthPx - box[0]] : [box[0], box[2]];
  const y: [number, number] = placement.flippedY ? [heightPx - box[3], heightPx - box[1]] : [box[1], box[3]];
  const [across, down] = placement.transposed ? [y, x] : [x, y];
  const { region, left, top, zoomX, zoomY } = placement;
  return [
    region[0] + (across[0] - left) * zoomX,
    region[1] + (down[0] - top) * zoomY,
    region[0] + (across[1] - left) * zoomX,
    region[1] + (down[1] - top) * zoomY,
  ];
};

/**
 * Visible share from which a cut cell is asked for, and from which it may be found without blame: people leave the slivers at
 * a field's edge unlabelled, and the network must see its own cut edges as they do.
 */
const ASKED_SHARE = 0.5;
const FREE_SHARE = 0.3;

/** The boxes of the placed piece, clipped to it; `slivers` are what is left of cells that count neither way. */
export const placeBoxes = (placement: Placement, picture: Picture): { boxes: LabelledBox[]; slivers: Box[] } => {
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
  return { boxes, slivers };
};

type Steps = { readonly offset: Int32Array; readonly next: Int32Array; readonly part: Float32Array };

/** For each canvas pixel along one axis: byte offset of the sample, offset to its neighbour, and the neighbour's share. */
const steps = (count: number, start: number, zoom: number, scale: number, length: number, flipped: boolean, bytes: number): Steps => {
  const offset = new Int32Array(count);
  const next = new Int32Array(count);
  const part = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const along = (start + (i + 0.5) / zoom) * scale;
    const position = Math.min(length - 1, Math.max(0, (flipped ? length - along : along) - 0.5));
    const whole = Math.min(length - 2, Math.floor(position));
    offset[i] = whole * bytes;
    next[i] = bytes;
    part[i] = position - whole;
  }
  return { offset, next, part };
};

/** Draws the placed piece onto `canvas` (RGB floats, `canvasWidth` pixels a row), bilinear, each channel through its tone curve. */
export const drawCrop = (
  canvas: Float32Array,
  canvasWidth: number,
  placement: Placement,
  picture: Picture,
  curves: readonly Float32Array[],
): void => {
  const { region, transposed } = placement;
  const fine = Math.max(placement.zoomX, placement.zoomY) > 1;
  const { data, widthPx, heightPx } = fine ? picture.fine : picture.base;
  const scaleX = widthPx / picture.base.widthPx;
  const scaleY = heightPx / picture.base.heightPx;
  const [width, height] = [boxWidth(region), boxHeight(region)];
  const columns = transposed
    ? steps(width, placement.left, placement.zoomX, scaleY, heightPx, placement.flippedY, widthPx * 3)
    : steps(width, placement.left, placement.zoomX, scaleX, widthPx, placement.flippedX, 3);
  const rows = transposed
    ? steps(height, placement.top, placement.zoomY, scaleX, widthPx, placement.flippedX, 3)
    : steps(height, placement.top, placement.zoomY, scaleY, heightPx, placement.flippedY, widthPx * 3);
  const [red, green, blue] = curves as [Float32Array, Float32Array, Float32Array];
  for (let v = 0; v < height; v++) {
    let to = ((region[1] + v) * canvasWidth + region[0]) * 3;
    const row = rows.offset[v]!;
    const below = row + rows.next[v]!;
    const downShare = rows.part[v]!;
    for (let u = 0; u < width; u++, to += 3) {
      const column = columns.offset[u]!;
      const right = column + columns.next[u]!;
      const share = columns.part[u]!;
      for (let channel = 0; channel < 3; channel++) {
        const a = data[row + column + channel]!;
        const b = data[row + right + channel]!;
        const c = data[below + column + channel]!;
        const d = data[below + right + channel]!;
        const upper = a + (b - a) * share;
        const value = upper + (c + (d - c) * share - upper) * downShare;
        const curve = channel === 0 ? red : channel === 1 ? green : blue;
        canvas[to + channel] = curve[(value + 0.5) | 0]!;
      }
    }
  }
};
