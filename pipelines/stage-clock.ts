/** Moving means of the time that each stage takes, in ms. */
export type StageClock = {
  time<Result>(stage: string, work: () => Result): Result;
  timeAsync<Result>(stage: string, work: () => Promise<Result>): Promise<Result>;
  means(): Record<string, number>;
};

/** Share of the newest time in the mean, once there are enough of them. */
const NEWEST = 0.02;

export const createStageClock = (now: () => number): StageClock => {
  const means = new Map<string, { mean: number; count: number }>();
  const add = (stage: string, ms: number): void => {
    const known = means.get(stage) ?? { mean: 0, count: 0 };
    known.count++;
    known.mean += (ms - known.mean) * Math.max(NEWEST, 1 / known.count);
    means.set(stage, known);
  };
  return {
    time: (stage, work) => {
      const startedAt = now();
      const result = work();
      add(stage, now() - startedAt);
      return result;
    },
    timeAsync: async (stage, work) => {
      const startedAt = now();
      const result = await work();
      add(stage, now() - startedAt);
      return result;
    },
    means: () => Object.fromEntries([...means].map(([stage, { mean }]) => [stage, mean])),
  };
};
