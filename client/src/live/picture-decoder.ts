import type { FieldReport } from '../../../domain/field-report.ts';

/** A decoded picture with the id of the frame it shows. Whoever replaces it closes it. */
export type DecodedPicture = {
  readonly frameId: number;
  readonly image: ImageBitmap | VideoFrame;
  readonly widthPx: number;
};

/** What is on the screen: a picture and the report of that very frame. */
export type ShownField = { readonly picture: DecodedPicture; readonly report: FieldReport };

export type DecoderEvents = {
  readonly shown: (field: ShownField) => void;
  /** Called once for each picture that was never shown. */
  readonly skipped: () => void;
};

/** Decodes JPEG pictures one at a time; while one is being decoded only the newest other waits, the rest are skipped. */
export const createPictureDecoder = (on: DecoderEvents): { take(report: FieldReport, jpeg: Uint8Array): void } => {
  let waiting: { report: FieldReport; jpeg: Uint8Array } | undefined;
  let busy = false;

  const run = async () => {
    busy = true;
    while (waiting) {
      const { report, jpeg } = waiting;
      waiting = undefined;
      try {
        const image = await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
        on.shown({ picture: { frameId: report.frameId, image, widthPx: image.width }, report });
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
