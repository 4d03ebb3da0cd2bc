import { z } from 'zod';
import { poissonInterval } from './statistics.ts';

/** The fields-times-factor method for one class: cells in a field of a named size, times a factor, are cells for a microlitre of blood. */
export type FieldFactor = {
  readonly class: string;
  readonly factor: number;
  /** Magnification of the objective that the factor is for. */
  readonly objective: number;
};

/**
 * What laboratories use, each of its own microscope and smears: platelets for a 100× oil field of a monolayer × 15,000 (× 20,000 in wedge smears),
 * white cells for a 40× field × 2,000. Source: B. Ciesla, Hematology in Practice (F. A. Davis), chapter 20, tables 20.1 and 20.2.
 */
export const PLATELET_FACTOR = 15_000;
export const WBC_FACTOR = 2_000;
/** Field number of the eyepiece that those fields are taken to be seen through: the diameter of the field in mm, at 1×. */
export const FIELD_NUMBER_MM = 20;

export const fieldFactors = (plateletFactor = PLATELET_FACTOR, wbcFactor = WBC_FACTOR): FieldFactor[] => [
  { class: 'WBC', factor: wbcFactor, objective: 40 },
  { class: 'Platelets', factor: plateletFactor, objective: 100 },
];

export const concentration = z.strictObject({
  class: z.string(),
  /** Cells for a microlitre, with the 95 % interval that counting alone gives; the factor's own error is far larger. */
  perUl: z.number(),
  low: z.number(),
  high: z.number(),
  perField: z.number(),
  factor: z.number(),
  objective: z.number(),
  fieldMm2: z.number(),
  /** What has to hold for the figure to mean anything. */
  assumes: z.string(),
});
export type Concentration = z.infer<typeof concentration>;

/** Area that an objective shows through an eyepiece of that field number, in mm². */
export const fieldAreaMm2 = (objective: number, fieldNumberMm = FIELD_NUMBER_MM): number => Math.PI * (fieldNumberMm / objective / 2) ** 2;

/** Estimated concentrations of the classes that a factor is known for, normalised from the area that each class was counted in to the factor's field. */
export const concentrationsOf = (
  classes: readonly string[],
  counts: readonly number[],
  areasMm2: readonly number[],
  factors: readonly FieldFactor[] = fieldFactors(),
  fieldNumberMm = FIELD_NUMBER_MM,
): Concentration[] => {
  return factors.flatMap(({ class: name, factor, objective }): Concentration[] => {
    const index = classes.indexOf(name);
    const areaMm2 = areasMm2[index] ?? 0;
    if (areaMm2 <= 0) return [];
    const n = counts[index] ?? 0;
    const fieldMm2 = fieldAreaMm2(objective, fieldNumberMm);
    const fields = areaMm2 / fieldMm2;
    const { low, high } = poissonInterval(n);
    return [
      {
        class: name,
        perUl: (factor * n) / fields,
        low: (factor * low) / fields,
        high: (factor * high) / fields,
        perField: n / fields,
        factor,
        objective,
        fieldMm2,
        assumes: `a monolayer where red cells barely touch; ${factor} / µL for each cell in a ${objective}× field of ${fieldMm2.toFixed(4)} mm² (field number ${fieldNumberMm})`,
      },
    ];
  });
};
