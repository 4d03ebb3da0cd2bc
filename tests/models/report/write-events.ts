import { openEventFile } from '../../../models/train/report/event-file.ts';

/** A grey picture, one pixel in size, as JPEG. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z',
  'base64',
);

/**
 * The older file holds nothing later than that step then, and the newer one begins with the word that readers forget it too.
 */
export const writeEvents = async (dir: string): Promise<string[]> => {
  let ms = 1_700_000_000_000;
  const nowMs = (): number => {
    ms += 250;
    return ms;
  };
  const first = await openEventFile({ dir, afterStep: 0, nowMs });
  for (const step of [5, 10, 15]) await first.write(step, [{ tag: 'train/scoreLoss', scalar: 1 / step }]);
  await first.write(15, [{ tag: 'fields/site/a field', image: { widthPx: 1, heightPx: 1, encoded: JPEG } }]);
  await first[Symbol.asyncDispose]();
  ms += 3_600_000;
  const second = await openEventFile({ dir, afterStep: 10, nowMs });
  for (const step of [15, 20])
    await second.write(step, [
      { tag: 'train/scoreLoss', scalar: 2 / step },
      { tag: 'train/gradientNorm', scalar: step === 15 ? Number.NaN : 3.5 },
      { tag: 'fields/site/a field', image: { widthPx: 1, heightPx: 1, encoded: JPEG } },
    ]);
  await second[Symbol.asyncDispose]();
  return [first.path, second.path];
};
