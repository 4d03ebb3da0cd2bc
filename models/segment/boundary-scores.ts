/** How well edges were drawn: shares of the edge found that lies near a true one, and of the true one that lies near a found one. */
export type BoundaryScores = { readonly f1: number; readonly precision: number; readonly recall: number };

/** A plane of one field: masks of what was found and of what is there (0 is not), and which pixels somebody vouches for (all where left out). */
export type DrawnPlane = {
  readonly found: Uint8Array;
  readonly there: Uint8Array;
  readonly known?: Uint8Array | undefined;
  readonly widthPx: number;
  readonly heightPx: number;
};

/** Adds up edges field by field; `scores` over all that came, 1 of nothing in nothing. */
export type BoundaryTally = { add(plane: DrawnPlane): void; readonly scores: BoundaryScores };

/** So far from each other, in pixels, edges are still alike. */
export const NEAR_PX = 2;

/** Set pixels with an unset one above, below, left or right; the edge of the picture is none of a cell. */
export const edgeOf = (mask: Uint8Array, widthPx: number, heightPx: number): Uint8Array => {
  const edge = new Uint8Array(mask.length);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at++) {
      if (mask[at] === 0) continue;
      const open =
        (x > 0 && mask[at - 1] === 0) ||
        (x < widthPx - 1 && mask[at + 1] === 0) ||
        (y > 0 && mask[at - widthPx] === 0) ||
        (y < heightPx - 1 && mask[at + widthPx] === 0);
      if (open) edge[at] = 1;
    }
  return edge;
};

/** All pixels no farther than `radius` from a set one. */
const widened = (mask: Uint8Array, widthPx: number, heightPx: number, radius: number): Uint8Array => {
  const wide = new Uint8Array(mask.length);
  const reach = Math.floor(radius);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at++) {
      if (mask[at] === 0) continue;
      for (let v = Math.max(-reach, -y); v <= Math.min(reach, heightPx - 1 - y); v++) {
        const half = Math.floor(Math.sqrt(radius * radius - v * v));
        wide.fill(1, at + v * widthPx - Math.min(half, x), at + v * widthPx + Math.min(half, widthPx - 1 - x) + 1);
      }
    }
  return wide;
};

/** The boundary F1 of masks (Csurka, Larlus and Perronnin, 2013), summed over the edges of all fields; edges no farther apart than `nearPx` agree. */
export const createBoundaryTally = (nearPx: number = NEAR_PX): BoundaryTally => {
  const sums = { found: 0, foundNear: 0, there: 0, thereNear: 0 };
  return {
    add: ({ found, there, known, widthPx, heightPx }) => {
      const [own, wanted] = [edgeOf(found, widthPx, heightPx), edgeOf(there, widthPx, heightPx)];
      const [nearOwn, nearWanted] = [widened(own, widthPx, heightPx, nearPx), widened(wanted, widthPx, heightPx, nearPx)];
      for (let at = 0; at < own.length; at++) {
        if (known !== undefined && known[at] === 0) continue;
        sums.found += own[at]!;
        sums.foundNear += own[at]! & nearWanted[at]!;
        sums.there += wanted[at]!;
        sums.thereNear += wanted[at]! & nearOwn[at]!;
      }
    },
    get scores() {
      const { found, foundNear, there, thereNear } = sums;
      if (found === 0 && there === 0) return { f1: 1, precision: 1, recall: 1 };
      const precision = found === 0 ? 0 : foundNear / found;
      const recall = there === 0 ? 0 : thereNear / there;
      return { f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall), precision, recall };
    },
  };
};
