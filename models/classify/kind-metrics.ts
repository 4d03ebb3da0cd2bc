/** A confusion matrix: `matrix[true kind][kind said]` counts cells. */
export type KindConfusion = readonly (readonly number[])[];

export type KindMetrics = {
  readonly cells: number;
  readonly accuracy: number;
  /** Mean over the kinds of the share of their cells that is called right. */
  readonly balancedAccuracy: number;
  /** 95 % interval: each kind's share is binomial (Agresti and Coull, 1998), their mean taken as normal. */
  readonly interval: readonly [number, number];
  readonly perKind: readonly { readonly truth: number; readonly said: number; readonly recall: number; readonly precision: number }[];
};

const Z = 1.96;

export const confusionOf = (kinds: number, pairs: readonly { readonly kind: number; readonly said: number }[]): number[][] => {
  const matrix = Array.from({ length: kinds }, () => new Array<number>(kinds).fill(0));
  for (const { kind, said } of pairs) matrix[kind]![said]!++;
  return matrix;
};

/** Kinds without a cell count for nothing. */
export const kindMetrics = (matrix: KindConfusion): KindMetrics => {
  const perKind = matrix.map((row, kind) => {
    const truth = row.reduce((sum, count) => sum + count, 0);
    const said = matrix.reduce((sum, one) => sum + one[kind]!, 0);
    const right = row[kind]!;
    return { truth, said, recall: truth === 0 ? 0 : right / truth, precision: said === 0 ? 0 : right / said };
  });
  const there = perKind.filter(({ truth }) => truth > 0);
  const cells = there.reduce((sum, { truth }) => sum + truth, 0);
  const right = matrix.reduce((sum, row, kind) => sum + row[kind]!, 0);
  const mean = there.reduce((sum, { recall }) => sum + recall, 0) / Math.max(1, there.length);
  const variance = there.reduce((sum, { truth, recall }) => {
    const share = (recall * truth + Z ** 2 / 2) / (truth + Z ** 2);
    return sum + (share * (1 - share)) / (truth + Z ** 2);
  }, 0);
  const half = (Z * Math.sqrt(variance)) / Math.max(1, there.length);
  return {
    cells,
    accuracy: right / Math.max(1, cells),
    balancedAccuracy: mean,
    interval: [Math.max(0, mean - half), Math.min(1, mean + half)],
    perKind,
  };
};
