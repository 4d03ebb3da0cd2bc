import { z } from 'zod';

/** Server to the process of a job. `resume`: an earlier process of this job was stopped or interrupted. */
export type JobOrder =
  | {
      readonly type: 'start';
      readonly job: string;
      readonly request: Record<string, unknown>;
      /** Not part of the request: whoever lists jobs need not learn where the server keeps its data. */
      readonly dataDir: string;
      readonly resume: boolean;
    }
  | { readonly type: 'stop' };

/** Process of a job to the server. */
export const jobNews = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), done: z.number().min(0), total: z.number().min(0), text: z.string() }),
  z.strictObject({ type: z.literal('done'), result: z.record(z.string(), z.unknown()) }),
  z.strictObject({ type: z.literal('failed'), error: z.string() }),
  z.strictObject({ type: z.literal('stopped') }),
]);
export type JobNews = z.infer<typeof jobNews>;
