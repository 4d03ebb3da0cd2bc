/** A closed outline, corner after corner: `[x0, y0, x1, y1, …]`, at least three corners. */
export type Outline = readonly number[];

/** Area within an outline, in squares of its unit, whichever way round it goes (shoelace formula). */
export const outlineArea = (outline: Outline): number => Math.abs(signedArea(outline));

const signedArea = (outline: Outline): number => {
  let twice = 0;
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    twice += outline[i]! * outline[j + 1]! - outline[j]! * outline[i + 1]!;
  }
  return twice / 2;
};

export const outlineLength = (outline: Outline): number => {
  let length = 0;
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    length += Math.hypot(outline[j]! - outline[i]!, outline[j + 1]! - outline[i + 1]!);
  }
  return length;
};

/** Moves and enlarges an outline: `scale · point + shift`. */
export const moveOutline = (outline: Outline, scale: number, shift: { readonly x: number; readonly y: number }): number[] =>
  outline.map((value, i) => value * scale + (i % 2 === 0 ? shift.x : shift.y));

/** Whether a point lies within (even–odd rule). */
export const isWithin = (outline: Outline, x: number, y: number): boolean => {
  let inside = false;
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    const [x0, y0, x1, y1] = [outline[i]!, outline[i + 1]!, outline[j]!, outline[j + 1]!];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
};

/** Square of the distance of a point from the straight line between two others. */
const awayFrom = (outline: Outline, at: number, from: number, to: number): number => {
  const [x0, y0] = [outline[2 * from]!, outline[2 * from + 1]!];
  const [dx, dy] = [outline[2 * to]! - x0, outline[2 * to + 1]! - y0];
  const [px, py] = [outline[2 * at]! - x0, outline[2 * at + 1]! - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
  return (px - along * dx) ** 2 + (py - along * dy) ** 2;
};

/** The outline with fewer corners, none farther from the old one than `tolerance` (Ramer, 1972; Douglas and Peucker, 1973). */
export const simplifyOutline = (outline: Outline, tolerance: number): number[] => {
  const corners = outline.length / 2;
  if (corners <= 4) return [...outline];
  // Two corners far apart begin: the first, and the one farthest from it.
  let far = 0;
  let most = -1;
  for (let at = 1; at < corners; at++) {
    const away = (outline[2 * at]! - outline[0]!) ** 2 + (outline[2 * at + 1]! - outline[1]!) ** 2;
    if (away > most) {
      most = away;
      far = at;
    }
  }
  const kept = new Uint8Array(corners + 1);
  kept[0] = kept[far] = 1;
  const closed = [...outline, outline[0]!, outline[1]!];
  const spans: [number, number][] = [
    [0, far],
    [far, corners],
  ];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    let worst = from;
    let away = tolerance * tolerance;
    for (let at = from + 1; at < to; at++) {
      const here = awayFrom(closed, at, from, to);
      if (here > away) {
        away = here;
        worst = at;
      }
    }
    if (worst === from) continue;
    kept[worst] = 1;
    spans.push([from, worst], [worst, to]);
  }
  const fewer: number[] = [];
  for (let at = 0; at < corners; at++) if (kept[at] === 1) fewer.push(outline[2 * at]!, outline[2 * at + 1]!);
  return fewer.length >= 6 ? fewer : [...outline];
};
