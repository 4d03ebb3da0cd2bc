import { z } from 'zod';

/** What a detector's training minimises. */
export const lossOptions = z.strictObject({
  /**
   * `quality-focal` wants the overlap as the score (Li et al., Generalized Focal Loss, 2020, β = 2); `focal` wants 1 (Lin et al., 2017, α = 0.25, γ = 2).
   */
  score: z.enum(['quality-focal', 'focal']).default('quality-focal'),
  /** Generalised (Rezatofighi et al., 2019) or complete IoU (Zheng et al., 2020). */
  box: z.enum(['giou', 'ciou']).default('giou'),
  /** Of the boxes' loss against the scores'. */
  boxWeight: z.number().positive().max(100).default(2),
});

export type LossOptions = z.infer<typeof lossOptions>;
