/** How often the hardest field is shown for each time that the easiest one is. */
const MOST = 3;

/** Weights from 1 for the easiest field to 3 for the hardest, by rank: one field that went wholly wrong must not take all the time. */
export const fieldWeights = (hardness: readonly number[]): number[] => {
  const sorted = [...hardness].sort((a, b) => a - b);
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  if (high === low) return hardness.map(() => 1);
  return hardness.map((value) => 1 + ((MOST - 1) * sorted.indexOf(value)) / (sorted.length - 1));
};
