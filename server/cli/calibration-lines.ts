import type { CalibratedLight, CalibratedScale } from '../../domain/calibration-profile.ts';

const METHODS: Record<CalibratedScale['method'], string> = {
  micrometer: 'from the lines of a micrometer',
  length: 'from a known length',
  'red-cells': 'from the red cells, taken to be 7.2 µm wide',
  given: 'given',
};

export const scaleLine = ({ umPerPx, uncertaintyUmPerPx, method }: CalibratedScale): string =>
  `${umPerPx.toFixed(5)} ± ${uncertaintyUmPerPx.toFixed(5)} µm/px (95 %), ${METHODS[method]}`;

export const lightLines = ({ flatField, whiteBalance, uncertainty, evenness }: CalibratedLight): string[] => [
  ...(flatField === undefined ? [] : [`flat field: the darkest place has ${(100 * evenness).toFixed(0)} % of the brightest's light`]),
  ...(whiteBalance === undefined
    ? []
    : [
        `white balance: red × ${whiteBalance.red.toFixed(3)}, green × ${whiteBalance.green.toFixed(3)}, blue × ${whiteBalance.blue.toFixed(3)} (± ${(100 * uncertainty).toFixed(2)} %)`,
      ]),
];
