import { FIRST_LAYERS, type Layers } from '../picture/layers.ts';

export type Theme = 'system' | 'light' | 'dark';

const THEME_KEY = 'smearscope.theme';
const DOCK_KEY = 'smearscope.dock';
const nextTheme: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };

const storedTheme = (): Theme => {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
};

/** What this viewer chose to see; kept on the page alone, the camera knows nothing of it. */
export class ViewChoices {
  theme: Theme = $state(storedTheme());
  /** Classes that are not drawn. */
  hidden: ReadonlySet<number> = $state.raw(new Set());
  /** What is drawn over the live picture. */
  layers: Layers = $state.raw(FIRST_LAYERS);
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
