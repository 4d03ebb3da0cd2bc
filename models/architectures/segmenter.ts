import type { SegmenterDefinition } from './layer.ts';
import { maskedYoloxNano } from './mask-head.ts';
import { uNet } from './u-net.ts';

export const SEGMENTER_NAMES = ['unet', 'unet-small', 'unet-tiny', 'flexible-unet', 'yolox-nano-masks', 'yolox-nano-fine-masks'] as const;

export type SegmenterName = (typeof SEGMENTER_NAMES)[number];

/** The segmenter of an architecture's name. */
export const segmenterNamed = (name: SegmenterName, planes: number): SegmenterDefinition => {
  switch (name) {
    case 'unet':
      return uNet({ name, planes, filters: 64, levels: 5, firstKernel: 3, dilation: 1 });
    case 'unet-small':
      return uNet({ name, planes, filters: 16, levels: 4, firstKernel: 3, dilation: 1 });
    case 'unet-tiny':
      return uNet({ name, planes, filters: 4, levels: 2, firstKernel: 3, dilation: 1 });
    case 'flexible-unet':
      return uNet({ name, planes, filters: 16, levels: 7, firstKernel: 7, dilation: 2 });
    case 'yolox-nano-masks':
      return maskedYoloxNano(planes);
    case 'yolox-nano-fine-masks':
      return maskedYoloxNano(planes, true);
    default:
      return name satisfies never;
  }
};
