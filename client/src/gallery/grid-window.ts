/** How tiles of one size lie in a view that scrolls, in CSS pixels. */
export type Grid = { readonly columns: number; readonly tileWidth: number; readonly tileHeight: number };

/** As many columns of at least `leastWidth` as fit, filling the width; tiles are `extraHeight` taller than wide. */
export const gridFor = (viewWidth: number, leastWidth: number, extraHeight: number): Grid => {
  const columns = Math.max(1, Math.floor(viewWidth / leastWidth));
  const tileWidth = Math.max(1, Math.floor(viewWidth / columns));
  return { columns, tileWidth, tileHeight: tileWidth + extraHeight };
};

export const gridHeight = ({ columns, tileHeight }: Grid, count: number): number => Math.ceil(count / columns) * tileHeight;

/** First tile that is drawn, and the one after the last: those in view and `spareRows` rows on either side. */
export const gridWindow = (
  { columns, tileHeight }: Grid,
  count: number,
  scrollTop: number,
  viewHeight: number,
  spareRows: number,
): { readonly from: number; readonly to: number } => {
  const first = Math.max(0, Math.floor(scrollTop / tileHeight) - spareRows);
  const last = Math.max(first, Math.ceil((scrollTop + viewHeight) / tileHeight) + spareRows);
  return { from: Math.min(count, first * columns), to: Math.min(count, last * columns) };
};

export const tilePlace = ({ columns, tileWidth, tileHeight }: Grid, index: number): { readonly x: number; readonly y: number } => ({
  x: (index % columns) * tileWidth,
  y: Math.floor(index / columns) * tileHeight,
});

/** Where to scroll so that a tile is in view whole; where it is already, stays. */
export const scrollTo = (grid: Grid, index: number, scrollTop: number, viewHeight: number): number => {
  const { y } = tilePlace(grid, index);
  if (y < scrollTop) return y;
  return Math.max(scrollTop, y + grid.tileHeight - viewHeight);
};

/** The tile that a key leads to from `index`; undefined for keys that do not move. */
export const moveInGrid = (key: string, index: number, { columns }: Grid, count: number, rowsInView: number): number | undefined => {
  const page = Math.max(1, rowsInView) * columns;
  const by: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -count,
    End: count,
  };
  const step = by[key];
  if (step === undefined || count === 0) return undefined;
  const next = index + step;
  // Up and down keep their column; where there is no such place they stay.
  if ((key === 'ArrowUp' && next < 0) || (key === 'ArrowDown' && next >= count)) return index;
  return Math.min(count - 1, Math.max(0, next));
};
