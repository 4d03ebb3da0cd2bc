import type { LearnedPattern } from './static-pattern.ts';

/** Where a frame lay, and how it moved. */
export type Last = {
  readonly island: number;
  readonly x: number;
  readonly y: number;
  readonly atMs: number;
  readonly vx: number;
  readonly vy: number;
};

/** What registration knows beside the graph, for going on with a saved map. */
export type RegistrarState = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly last: Last | undefined;
  readonly reference: number | undefined;
  readonly learned: Last | undefined;
  readonly unclean: readonly number[];
  readonly pattern: LearnedPattern;
};
