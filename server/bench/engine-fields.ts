import type { Frame } from '../../domain/frame.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { rgbToI420 } from '../ingest/rgb-to-i420.ts';
import { FIELD_UM_PER_PX, readBloodFields } from '../microscope/blood-fields.ts';

/** Photographs that engines are measured on, as a camera would give them. */
export type EngineFields = Disposable & { readonly frames: readonly Frame[]; readonly umPerPx: number };

/** The first `count` of the shipped fields, as frames. */
export const engineFields = async (count: number): Promise<EngineFields> => {
  const fields = (await readBloodFields()).slice(0, count);
  const pool = createFramePool({ maxBuffers: fields.length });
  const frames = fields.map(
    ({ rgb, widthPx, heightPx }, id) =>
      pool.frame({ id, capturedAtMs: 0, widthPx, heightPx, fullRange: true }, (y, u, v) => rgbToI420(rgb, widthPx, y, u, v))!,
  );
  return {
    frames,
    umPerPx: FIELD_UM_PER_PX,
    [Symbol.dispose]: () => {
      for (const frame of frames) frame[Symbol.dispose]();
    },
  };
};
