import type { FieldReport } from '../../../domain/field-report.ts';

/** A decoded picture with the id of the frame it shows. Whoever replaces it closes it. */
export type DecodedPicture = { readonly frameId: number; readonly bitmap: ImageBitmap };

/** What is on the screen: a picture and the report of that very frame. */
export type ShownField = { readonly picture: DecodedPicture; readonly report: FieldReport };

/**
 * Decodes JPEG pictures one at a time; while one is being decoded only the newest other waits, the rest are skipped and counted.
 * `onSkipped` is called once for each picture that was never shown.
 */
export const createPictureDecoder = (on: {
  readonly shown: (field: ShownField) => void;
  readonly skipped: () => void;
}): { take(report: FieldReport, jpeg: Uint8Array): void } => {
  let waiting: { report: FieldReport; jpeg: Uint8Array } | undefined;
  let busy = false;

  const run = async () => {
    busy = true;
    while (waiting) {
      const { report, jpeg } = waiting;
      waiting = undefined;
      try {
        const bitmap = await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
        on.shown({ picture: { frameId: report.frameId, bitmap }, report });
      } catch {
        on.skipped();
      }
    }
    busy = false;
  };

  return {
    take(report, jpeg) {
      if (waiting) on.skipped();
      waiting = { report, jpeg };
      if (!busy) void run();
    },
  };
};
