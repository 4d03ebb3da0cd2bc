import type { CountDocument } from '../../domain/count-document.ts';
import { uniteBoxes } from '../../domain/geometry.ts';
import type { Keyframe } from '../../pipelines/slide/keyframe-graph.ts';

type Piece = NonNullable<CountDocument['slide']['pieces']>[number];

/** Between two pieces, in camera pixels. */
const GAP_PX = 200;

/** The pieces of a map, each with what it covers and an offset that lays it to the right of the ones before it. */
export const mapPieces = (keyframes: readonly Keyframe[]): Piece[] => {
  const boxes = new Map<number, readonly [number, number, number, number]>();
  for (const { island, x, y, picture } of keyframes) {
    const field = [x, y, x + picture.width * picture.factor, y + picture.height * picture.factor] as const;
    const known = boxes.get(island);
    boxes.set(island, known === undefined ? field : uniteBoxes(known, field));
  }
  let right: number | undefined;
  return [...boxes]
    .sort(([a], [b]) => a - b)
    .map(([island, box]) => {
      const [x0, y0, x1, y1] = box.map((value) => Number(value.toFixed(1))) as [number, number, number, number];
      const offsetX = right === undefined ? 0 : Math.ceil(right + GAP_PX - x0);
      right = x1 + offsetX;
      return { island, box: [x0, y0, x1, y1], offset: [offsetX, 0] };
    });
};
