import { z } from 'zod';

/** How the learning rate of a run falls: the recipe's section `schedule`. */
export const scheduleSection = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('cosine') }),
    z.strictObject({ kind: z.literal('constant') }),
    /** Lowers the rate by `factor` after more than `patience` judgements without a better one. */
    z.strictObject({
      kind: z.literal('plateau'),
      factor: z.number().gt(0).lt(1).default(0.4),
      patience: z.int().min(0).max(1000).default(4),
    }),
  ])
  .default({ kind: 'cosine' });
