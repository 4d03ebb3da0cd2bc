import type { OverlayBox } from '../../../domain/field-report.ts';

/** What is drawn over the picture, classes aside. */
export type Layers = {
  /** Boxes of less confidence are left out. */
  readonly leastScore: number;
  readonly states: ReadonlySet<OverlayBox['state']>;
  readonly labels: boolean;
  /** Ground that is left out of the count; of smears. */
  readonly ground: boolean;
  /** Outlines of the map's keyframes; of smears. */
  readonly keyframes: boolean;
  /** The ways of flowing cells, and the lines they are counted at. */
  readonly trails: boolean;
  readonly lines: boolean;
};

export const FIRST_LAYERS: Layers = {
  leastScore: 0,
  states: new Set(['counted', 'waiting', 'excluded']),
  labels: false,
  ground: true,
  keyframes: false,
  trails: true,
  lines: true,
};

export const isDrawn = (
  { classIndex, score, state }: OverlayBox,
  classes: readonly { readonly visible: boolean }[],
  { leastScore, states }: Layers,
): boolean => classes[classIndex]?.visible === true && score >= leastScore && states.has(state);
