import { z } from 'zod';

/** One format that a session can be exported to. */
export const exportOffer = z.strictObject({
  /** Word for the address: `GET /api/sessions/ID/export/FORMAT`. */
  format: z.string().max(20),
  label: z.string().max(60),
  /** Of the file that is downloaded. */
  extension: z.string().max(20),
  mediaType: z.string().max(60),
  /** What it is for, in one sentence. */
  purpose: z.string().max(200),
  /** Whether sessions of flowing cells have it too. */
  flow: z.boolean(),
});
export type ExportOffer = z.infer<typeof exportOffer>;

/** Answer of `GET /api/exports`. */
export const exportList = z.strictObject({ exports: z.array(exportOffer).max(50) });
