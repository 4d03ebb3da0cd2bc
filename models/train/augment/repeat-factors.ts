/** A field as the sampler sees it: how often its source shows it, which classes it holds, and which nobody looked for in it. */
export type SampledField = {
  readonly weight: number;
  readonly classIndexes: ReadonlySet<number>;
  readonly unlabelled: ReadonlySet<number>;
};

/**
 * How often each field is shown for once that it would be: Gupta et al., LVIS (2019), section 4.1, equation 1. A class that is in the share f
 * of the fields that are labelled for it has the factor max(1, √(threshold / f)), a field the greatest of its classes. Above `threshold` of
 * the fields nothing is repeated.
 */
export const repeatFactors = (fields: readonly SampledField[], classes: number, threshold: number): number[] => {
  const factors = Array.from({ length: classes }, (_, classIndex) => {
    const labelled = fields.filter((field) => !field.unlabelled.has(classIndex));
    const sum = (list: readonly SampledField[]): number => list.reduce((total, field) => total + field.weight, 0);
    const share = sum(labelled.filter((field) => field.classIndexes.has(classIndex))) / sum(labelled);
    return share > 0 ? Math.max(1, Math.sqrt(threshold / share)) : 1;
  });
  return fields.map((field) => Math.max(1, ...[...field.classIndexes].map((classIndex) => factors[classIndex]!)));
};
