import type { Plane } from '../../domain/frame.ts';
import { blendFor, type FocalStack } from './focal-stack.ts';

/**
 * What a camera shows that is turned around the field's centre and magnifies otherwise: sampled between pixels, in focus as the exposure is,
 * without the shading, dirt and noise of an upright exposure.
 */
export const renderTurned = (
  stack: FocalStack,
  { x, y, defocusPx, gain }: { readonly x: number; readonly y: number; readonly defocusPx: number; readonly gain: number },
  { angle, scale }: { readonly angle: number; readonly scale: number },
  planes: readonly [Plane, Plane, Plane],
): void => {
  const source = blendFor(stack, defocusPx)[0]!.plane;
  const cos = Math.cos(angle) / scale;
  const sin = Math.sin(angle) / scale;
  (['y', 'u', 'v'] as const).forEach((name, index) => {
    const { data, widthPx, heightPx, stridePx } = planes[index]!;
    const from = source[name];
    const share = name === 'y' ? 1 : 0.5;
    const width = stack.widthPx * share;
    const height = stack.heightPx * share;
    const [black, light] = name === 'y' ? [16, gain] : [0, 1];
    for (let row = 0; row < heightPx; row++) {
      const qy = row + 0.5 - heightPx / 2;
      for (let column = 0, to = row * stridePx; column < widthPx; column++, to++) {
        const qx = column + 0.5 - widthPx / 2;
        const px = Math.min(width - 2, Math.max(0, x * share + widthPx / 2 + cos * qx - sin * qy - 0.5));
        const py = Math.min(height - 2, Math.max(0, y * share + heightPx / 2 + sin * qx + cos * qy - 0.5));
        const at = Math.floor(py) * width + Math.floor(px);
        const ax = px - Math.floor(px);
        const ay = py - Math.floor(py);
        const upper = (1 - ax) * from[at]! + ax * from[at + 1]!;
        const lower = (1 - ax) * from[at + width]! + ax * from[at + width + 1]!;
        data[to] = Math.min(255, Math.max(0, black + light * ((1 - ay) * upper + ay * lower - black) + 0.5));
      }
    }
  });
};
