/** How cells are drawn over a picture; where no outline of a cell is known, its box stands for it. */
export const CELLS_AS = ['boxes', 'outlines', 'fills', 'off'] as const;
export type CellsAs = (typeof CELLS_AS)[number];

export const cellsAsWords: Record<CellsAs, string> = { boxes: 'Boxes', outlines: 'Outlines', fills: 'Fills', off: 'Off' };

export const isCellsAs = (text: unknown): text is CellsAs => CELLS_AS.some((as) => as === text);

/** What a viewer's choice comes to: without one, outlines where the model `draws` them. */
export const cellsAsFor = (chosen: CellsAs | undefined, draws: boolean): CellsAs =>
  draws ? (chosen ?? 'outlines') : chosen === 'off' ? 'off' : 'boxes';

/** The way that comes next; one key goes through all of them. */
export const nextCellsAs = (as: CellsAs, draws: boolean): CellsAs => {
  const all: readonly CellsAs[] = draws ? CELLS_AS : ['boxes', 'off'];
  return all[(all.indexOf(as) + 1) % all.length] ?? 'boxes';
};
