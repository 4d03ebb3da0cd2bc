import { type CellsAs, cellsAsFor, isCellsAs, nextCellsAs } from '../outlines/cells-as.ts';
import { FIRST_LAYERS, type Layers } from '../picture/layers.ts';

export type Theme = 'system' | 'light' | 'dark';

const THEME_KEY = 'smearscope.theme';
const DOCK_KEY = 'smearscope.dock';
const CELLS_KEY = 'smearscope.cells';
const NUCLEI_KEY = 'smearscope.nuclei';
const CROPS_KEY = 'smearscope.crop-outlines';
const nextTheme: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };

const storedTheme = (): Theme => {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
};

const storedCellsAs = (): CellsAs | undefined => {
  const stored = localStorage.getItem(CELLS_KEY);
  return isCellsAs(stored) ? stored : undefined;
};

/** What this viewer chose to see; kept on the page alone, the camera knows nothing of it. */
export class ViewChoices {
  theme: Theme = $state(storedTheme());
  /** Classes that are not drawn. */
  hidden: ReadonlySet<number> = $state.raw(new Set());
  /** What is drawn over the live picture. */
  layers: Layers = $state.raw(FIRST_LAYERS);
  /** How cells are drawn on every picture; without a choice as the model has them. */
  cellsAs: CellsAs | undefined = $state(storedCellsAs());
  /** Whether the nuclei within outlines are drawn. */
  nuclei: boolean = $state(localStorage.getItem(NUCLEI_KEY) !== 'hidden');
  /** Whether the outline of a cell is drawn over its own picture. */
  cropOutlines: boolean = $state(localStorage.getItem(CROPS_KEY) !== 'hidden');
  /** Whether map and picture have changed places. */
  mapLarge: boolean = $state(false);
  /** Which tab below the picture is open. */
  dock: string = $state(localStorage.getItem(DOCK_KEY) ?? 'trend');

  constructor() {
    this.#applyTheme();
  }

  toggleClass(index: number): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(index)) hidden.add(index);
    this.hidden = hidden;
  }

  drawCells(as: CellsAs): void {
    this.cellsAs = as;
    localStorage.setItem(CELLS_KEY, as);
  }

  /** Goes on to the next way; `draws`: whether the model draws outlines. */
  turnCells(draws: boolean): void {
    this.drawCells(nextCellsAs(cellsAsFor(this.cellsAs, draws), draws));
  }

  drawNuclei(drawn: boolean): void {
    this.nuclei = drawn;
    localStorage.setItem(NUCLEI_KEY, drawn ? 'drawn' : 'hidden');
  }

  drawOnCrops(drawn: boolean): void {
    this.cropOutlines = drawn;
    localStorage.setItem(CROPS_KEY, drawn ? 'drawn' : 'hidden');
  }

  turnTheme(): void {
    this.theme = nextTheme[this.theme];
    localStorage.setItem(THEME_KEY, this.theme);
    this.#applyTheme();
  }

  showDock(tab: string): void {
    this.dock = tab;
    localStorage.setItem(DOCK_KEY, tab);
  }

  #applyTheme(): void {
    document.documentElement.style.colorScheme = this.theme === 'system' ? '' : this.theme;
  }
}
