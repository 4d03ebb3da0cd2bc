import type { Detection } from '../../domain/detection.ts';
import type { EngineName, Precision } from '../../domain/engine-name.ts';
import type { Box } from '../../domain/geometry.ts';
import type { DetectorFormat } from './detector-format.ts';
import type { I420Picture } from './resample.ts';

/** What a network is opened with, in a thread of its own or not. */
export type NetworkData = {
  readonly engine: EngineName;
  readonly networkPath: string;
  readonly format: DetectorFormat;
  /** 16-bit floats are made of the network as it is opened; an 8-bit one is a file of its own. */
  readonly precision: Precision;
  readonly threads: number;
  readonly classes: number;
  readonly multipleOf: number;
  readonly tilePx: number;
  readonly score: readonly number[];
  readonly nmsIou: number;
  /** Where cells are drawn too: input pixels between the points of the maps, how many maps, and the classes (by index) with a nucleus. */
  readonly masks?: { readonly stride: number; readonly planes: number; readonly nucleated: readonly number[] };
};

export type ToNetworkThread =
  | {
      readonly type: 'detect';
      readonly job: number;
      readonly picture: I420Picture;
      readonly tiles: readonly Box[];
      /** Input pixels for one camera pixel. */
      readonly scale: number;
    }
  | { readonly type: 'close' };

export type FromNetworkThread =
  /** `warmMs`: one run on a full tile, once warm. */
  | { readonly type: 'ready'; readonly warmMs: number }
  /** `mismatch`: the network is not the card's; `engine`: this engine cannot run here. */
  | { readonly type: 'unusable'; readonly because: 'mismatch' | 'engine'; readonly what: string }
  | { readonly type: 'found'; readonly job: number; readonly detections: readonly (readonly Detection[])[] }
  | { readonly type: 'failed'; readonly job: number; readonly what: string };
