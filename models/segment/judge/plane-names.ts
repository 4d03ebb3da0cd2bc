/** Planes that are no kind of cell: what lies well within one, and what lies around them. */
export const NOT_CELLS: ReadonlySet<string> = new Set(['core', 'background']);
const PARTS: ReadonlySet<string> = new Set(['cell', 'nucleus', 'cytoplasm']);

/** Kinds of cells among planes; none where they are parts of cells of any kind. */
export const kindsOf = (planes: readonly string[]): string[] => planes.filter((name) => !NOT_CELLS.has(name) && !PARTS.has(name));

/**
 * How far each pixel belongs to a plane, from what is known of others. A cell is whatever is drawn of it; cytoplasm is what of the cell is not nucleus.
 * `undefined` where nothing tells it.
 */
export const shareOf = (drawn: ReadonlyMap<string, Float32Array>, plane: string): Float32Array | undefined => {
  const own = drawn.get(plane);
  if (own !== undefined) return own;
  if (plane === 'cell') {
    const parts = [...drawn].filter(([name]) => !NOT_CELLS.has(name)).map(([, share]) => share);
    return parts[0]?.map((_, at) => Math.max(...parts.map((share) => share[at]!)));
  }
  const [cell, nucleus] = [drawn.get('cell'), drawn.get('nucleus')];
  if (plane !== 'cytoplasm' || cell === undefined || nucleus === undefined) return undefined;
  return cell.map((share, at) => Math.min(share, 1 - nucleus[at]!));
};
