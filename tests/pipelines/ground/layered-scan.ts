import type { ScanTruth } from '../../../domain/scan-truth.ts';
import { readBloodFields } from '../../../server/microscope/blood-fields.ts';
import { composeSlide } from '../../../server/microscope/compose-slide.ts';
import { focalStack } from '../../../server/microscope/focal-stack.ts';
import { judgeSeen } from '../../../server/microscope/judge-seen.ts';
import { createRenderField, type RenderField } from '../../../server/microscope/render-field.ts';
import type { Slide } from '../../../server/microscope/slide.ts';

export const WIDTH_PX = 640;
export const HEIGHT_PX = 480;
const SLIDE_WIDTH_PX = 2560;
const SLIDE_HEIGHT_PX = 560;
/** Left of it the smear is one layer, right of it several. */
export const THICK_FROM_PX = 1280;
const GLASS = 205;

export type LayeredScan = { readonly truth: ScanTruth; readonly render: RenderField };

/** A slow walk to the right over a smear that is one layer of cells at first and `layers` of them later; defocused where `defocusAt` says so. */
export const layeredScan = async (layers: number, frames: number, defocusAt: (x: number) => number = () => 0): Promise<LayeredScan> => {
  const fields = await readBloodFields();
  const slides = Array.from({ length: layers }, (_, i) =>
    composeSlide({ seed: 40 + i, widthPx: SLIDE_WIDTH_PX, heightPx: SLIDE_HEIGHT_PX, fields }),
  );
  const base = slides[0]!;
  const y = Uint8Array.from(base.y, (value, at) => {
    if (at % SLIDE_WIDTH_PX < THICK_FROM_PX) return value;
    return slides.slice(1).reduce((light, slide) => 16 + ((light - 16) * Math.min(GLASS, slide.y[at]! - 16)) / GLASS, value);
  });
  const cells = slides
    .flatMap((slide, i) => (i === 0 ? slide.cells : slide.cells.filter(({ box }) => box[0] >= THICK_FROM_PX)))
    .map((cell, i) => ({ ...cell, id: i + 1 }));
  const slide: Slide = { ...base, y, cells };
  const size = { widthPx: WIDTH_PX, heightPx: HEIGHT_PX };
  const places = Array.from({ length: frames }, (_, id) => {
    const x = 8 + ((SLIDE_WIDTH_PX - WIDTH_PX - 16) * id) / (frames - 1);
    return { id, capturedAtMs: 33 * id, x, y: 30, motionBlurPx: 0, defocusPx: defocusAt(x), sharp: defocusAt(x) < 1 };
  });
  return {
    truth: {
      schema: 'smearscope.truth/1',
      seed: 40,
      umPerPx: slide.umPerPx,
      ...size,
      framesPerSecond: 30,
      slide: { widthPx: SLIDE_WIDTH_PX, heightPx: SLIDE_HEIGHT_PX },
      cells: judgeSeen(cells, places, size),
      frames: places,
    },
    render: createRenderField(await focalStack(slide), { seed: 40, ...size }),
  };
};
