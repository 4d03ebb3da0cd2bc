import type { CellLook } from './draw-cells.ts';
import type { CellState } from './plot-cells.ts';

/** What of the slide is shown, and how; kept while the page is open. */
export class SlideLayers {
  pictures: boolean = $state(true);
  /** Shade over ground on which cells were counted already. */
  looked: boolean = $state(false);
  /** Shade over ground where cells are not counted. */
  unfit: boolean = $state(true);
  states: ReadonlySet<CellState> = $state.raw(new Set<CellState>(['counted', 'waiting', 'excluded']));
  colourBy: 'class' | 'confidence' = $state('class');
  /** Cells that score less are not drawn, 0 to 1. */
  leastScore: number = $state(0);
  /** Whether the view goes with the specimen stage. */
  follow: boolean = $state(false);

  /** What of it says which cells are drawn, and in which colours. */
  get look(): Pick<CellLook, 'states' | 'colourBy' | 'leastScore'> {
    return { states: this.states, colourBy: this.colourBy, leastScore: this.leastScore };
  }

  toggleState(state: CellState): void {
    const states = new Set(this.states);
    if (!states.delete(state)) states.add(state);
    this.states = states;
  }
}
