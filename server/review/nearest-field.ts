import { type Box, boxCentre } from '../../domain/geometry.ts';

/** A field of the slide map, in camera pixels on its island. */
export type PlacedField = {
  readonly id: number;
  readonly island: number;
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

/**
 * Which field a box belongs to: of those that show its middle, the one whose own middle is nearest. So each cell is of one field, though
 * fields overlap.
 */
export const nearestField = (fields: readonly PlacedField[]): ((island: number, box: Box) => number | undefined) => {
  const sidePx = Math.max(1, ...fields.map(({ widthPx, heightPx }) => Math.max(widthPx, heightPx)));
  const bin = (island: number, x: number, y: number): string => `${island} ${Math.floor(x / sidePx)} ${Math.floor(y / sidePx)}`;
  const near = new Map<string, PlacedField[]>();
  for (const field of fields) {
    // A field reaches into no more than these.
    const reached = new Set(
      [field.x, field.x + field.widthPx].flatMap((x) => [field.y, field.y + field.heightPx].map((y) => bin(field.island, x, y))),
    );
    for (const one of reached) near.set(one, [...(near.get(one) ?? []), field]);
  }
  return (island, box) => {
    const { x, y } = boxCentre(box);
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const field of near.get(bin(island, x, y)) ?? []) {
      if (x < field.x || y < field.y || x > field.x + field.widthPx || y > field.y + field.heightPx) continue;
      const apart = (field.x + field.widthPx / 2 - x) ** 2 + (field.y + field.heightPx / 2 - y) ** 2;
      if (apart >= least) continue;
      least = apart;
      best = field.id;
    }
    return best;
  };
};
