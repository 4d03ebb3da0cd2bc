import { CLEAR } from './transmittance.ts';
import type { Clump } from './whole-clumps.ts';

/** How much of a field's difference from the rest is taken away: some must stay, as on a real smear. */
const STRENGTH = 0.7;

type Colour = readonly [number, number, number];

/** Mean optical density of the red cells, −ln of the transmittance, for each channel. */
const meanDensity = (clumps: readonly Clump[]): Colour => {
  const sum: [number, number, number] = [0, 0, 0];
  let pixels = 0;
  for (const { rgb, mask } of clumps.filter(({ cells }) => cells.every(({ classIndex }) => classIndex === 0))) {
    for (let i = 0; i < mask.length; i += 3) {
      if (mask[i] !== 255 || rgb[3 * i + 1]! > 0.93 * CLEAR) continue;
      pixels++;
      for (let channel = 0; channel < 3; channel++) sum[channel]! -= Math.log(Math.max(1, rgb[3 * i + channel]!) / CLEAR);
    }
  }
  return pixels === 0 ? [0, 0, 0] : [sum[0] / pixels, sum[1] / pixels, sum[2] / pixels];
};

/**
 * Brings the stain of several fields near their common mean, so that together they look like one smear: densities are scaled for each
 * channel (Beer and Lambert: density is proportional to the dye). Clumps of one field in each list; the order is kept.
 */
export const matchStain = (fields: readonly (readonly Clump[])[]): Clump[][] => {
  const densities = fields.map(meanDensity);
  const common = [0, 1, 2].map((channel) => {
    const known = densities.map((density) => density[channel]!).filter((density) => density > 0.01);
    return known.reduce((sum, density) => sum + density, 0) / Math.max(1, known.length);
  });
  return fields.map((clumps, field) => {
    const tables = [0, 1, 2].map((channel) => {
      const own = densities[field]![channel]!;
      const factor = own > 0.01 ? Math.min(1.25, Math.max(0.8, (common[channel]! / own) ** STRENGTH)) : 1;
      return Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, CLEAR * (value / CLEAR) ** factor + 0.5));
    });
    return clumps.map((clump) => {
      const rgb = new Uint8Array(clump.rgb.length);
      for (let i = 0; i < rgb.length; i += 3) {
        rgb[i] = tables[0]![clump.rgb[i]!]!;
        rgb[i + 1] = tables[1]![clump.rgb[i + 1]!]!;
        rgb[i + 2] = tables[2]![clump.rgb[i + 2]!]!;
      }
      return { ...clump, rgb };
    });
  });
};
