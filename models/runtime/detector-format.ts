import type { OutputLayout } from '../../domain/foreign-card.ts';

/** How a network takes its pixels: `(value / divisor - mean) / deviation`, channels first, in this order of colours. */
export type FloatPixels = {
  readonly order: 'RGB' | 'BGR';
  readonly divisor: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
};

/** What is known of a network beside its card: how it takes pixels and gives boxes. */
export type DetectorFormat = {
  readonly layout: OutputLayout;
  /** `bytes`: uint8 RGB, `[n, height, width, 3]`. */
  readonly pixels: 'bytes' | FloatPixels;
  /** The only size it takes. */
  readonly fixed?: { readonly widthPx: number; readonly heightPx: number };
  /** Takes several tiles at once. */
  readonly batched: boolean;
  /** Names of the outputs: boxes and scores, or one that holds both. */
  readonly outputs: readonly [string] | readonly [boxes: string, scores: string];
  /** Whether scores come as logits, and whether YOLOX boxes come decoded: left out, the first run shows it. */
  readonly logits?: boolean;
  readonly decoded?: boolean;
};

/** The networks that `export` writes. */
export const OWN_FORMAT: DetectorFormat = { layout: 'smearscope', pixels: 'bytes', batched: true, outputs: ['boxes', 'scores'] };
