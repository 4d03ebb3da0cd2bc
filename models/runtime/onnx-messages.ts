import type { Detection } from '../../domain/detection.ts';
import type { Box } from '../../domain/geometry.ts';
import type { I420Picture } from './resample.ts';

export type OnnxProvider = 'cpu' | 'cuda' | 'webgpu';

/** What the thread that runs a network is started with. */
export type OnnxThreadData = {
  readonly networkPath: string;
  readonly provider: OnnxProvider;
  readonly threads: number;
  readonly classes: number;
  readonly multipleOf: number;
  readonly tilePx: number;
  readonly score: readonly number[];
  readonly nmsIou: number;
};

export type ToOnnxThread =
  | {
      readonly type: 'detect';
      readonly job: number;
      readonly picture: I420Picture;
      readonly tiles: readonly Box[];
      /** Input pixels for one camera pixel. */
      readonly scale: number;
    }
  | { readonly type: 'close' };

export type FromOnnxThread =
  /** `warmMs`: one run on a full tile, once warm. */
  | { readonly type: 'ready'; readonly warmMs: number }
  /** `mismatch`: the network is not the card's; `provider`: this provider cannot run here. */
  | { readonly type: 'unusable'; readonly because: 'mismatch' | 'provider'; readonly what: string }
  | { readonly type: 'found'; readonly job: number; readonly detections: readonly (readonly Detection[])[] }
  | { readonly type: 'failed'; readonly job: number; readonly what: string };
