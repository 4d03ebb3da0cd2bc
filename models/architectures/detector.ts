import type { DetectorDefinition } from './layer.ts';
import { smearNet } from './smear-net.ts';
import { yoloxNano } from './yolox-nano.ts';

export const DETECTOR_NAMES = ['smear-net-small', 'smear-net-tiny', 'yolox-nano'] as const;

export type DetectorName = (typeof DETECTOR_NAMES)[number];

/** The detector of an architecture's name. */
export const detectorNamed = (name: DetectorName, classes: number): DetectorDefinition => {
  switch (name) {
    case 'smear-net-small':
      return smearNet(classes, 'small');
    case 'smear-net-tiny':
      return smearNet(classes, 'tiny');
    case 'yolox-nano':
      return yoloxNano(classes);
    default:
      return name satisfies never;
  }
};
