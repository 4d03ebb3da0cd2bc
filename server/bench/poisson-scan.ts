import { type Random, seededRandom } from '../../domain/random.ts';
import { paintGlass } from '../../models/compose/glass.ts';
import { FIELD_CLASSES } from '../microscope/blood-fields.ts';
import { focalStack } from '../microscope/focal-stack.ts';
import { judgeSeen } from '../microscope/judge-seen.ts';
import { createScanPlan, planScan } from '../microscope/plan-scan.ts';
import { parseScanRequest, type Scan } from '../microscope/prepare-scan.ts';
import { createRenderField } from '../microscope/render-field.ts';
import { type SlideCell, toI420 } from '../microscope/slide.ts';

const UM_PER_PX = 0.144;
/** Mean numbers for a mm², and diameters in pixels, of each class. */
const KINDS: readonly { readonly class: string; readonly perMm2: number; readonly diameterPx: readonly [number, number] }[] = [
  { class: FIELD_CLASSES[0], perMm2: 3000, diameterPx: [44, 54] },
  { class: FIELD_CLASSES[1], perMm2: 600, diameterPx: [78, 100] },
  { class: FIELD_CLASSES[2], perMm2: 1200, diameterPx: [16, 24] },
];

/** Cells of each class for a mm², on average over all slides of this kind. */
export const POISSON_PER_MM2: Readonly<Record<string, number>> = Object.fromEntries(KINDS.map(({ class: name, perMm2 }) => [name, perMm2]));

/** A Poisson number (Knuth: arrivals until the waiting times add up to the mean). */
const poisson = (mean: number, random: Random): number => {
  let n = -1;
  for (let waited = 0; waited < mean; n++) waited -= Math.log(1 - random.next());
  return n;
};

const paintDisc = (
  rgb: Uint8Array,
  widthPx: number,
  heightPx: number,
  [x0, y0, x1, y1]: SlideCell['box'],
  depth: readonly number[],
): void => {
  const radius = (x1 - x0) / 2;
  const cx = (x0 + x1) / 2;
  const cy = (y0 + y1) / 2;
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(heightPx, y1); y++)
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(widthPx, x1); x++) {
      const away = Math.hypot(x + 0.5 - cx, y + 0.5 - cy) / radius;
      if (away >= 1) continue;
      const shade = Math.min(1, (1 - away) * 8) * (0.7 + 0.3 * away);
      const at = 3 * (y * widthPx + x);
      for (let channel = 0; channel < 3; channel++) rgb[at + channel]! *= 1 - depth[channel]! * shade;
    }
};

/**
 * A scan over a slide whose cells are a Poisson process of known density: the numbers of each class are Poisson, the places even and independent of each other, so that
 * what intervals are to cover is known exactly. Painted discs: for true boxes, not for a network.
 */
export const poissonScan = async (seed: number, frames: number): Promise<Scan> => {
  const options = parseScanRequest({ seed, frames, width: 640, height: 360, slideWidth: 1600, slideHeight: 960 });
  const { width: widthPx, height: heightPx, fps: framesPerSecond, exposureMs, slideWidth, slideHeight } = options;
  const random = seededRandom(seed ^ 0x9015);
  const mm2 = (slideWidth * slideHeight * UM_PER_PX ** 2) / 1e6;
  const cells: SlideCell[] = [];
  const rgb = paintGlass([226, 214, 220], slideWidth, slideHeight, random);
  for (const { class: name, perMm2, diameterPx } of KINDS)
    for (let left = poisson(perMm2 * mm2, random); left > 0; left--) {
      const half = random.between(diameterPx[0], diameterPx[1]) / 2;
      const x = random.between(0, slideWidth);
      const y = random.between(0, slideHeight);
      const cell = { id: cells.length + 1, class: name, box: [x - half, y - half, x + half, y + half] as const };
      cells.push(cell);
      paintDisc(rgb, slideWidth, slideHeight, cell.box, name === 'RBC' ? [0.12, 0.35, 0.25] : [0.45, 0.55, 0.2]);
    }
  const slide = { widthPx: slideWidth, heightPx: slideHeight, umPerPx: UM_PER_PX, ...toI420(rgb, slideWidth, slideHeight), cells };
  const plan = { seed, slide, widthPx, heightPx, framesPerSecond, exposureMs, jumps: false };
  return {
    options,
    slide,
    startPlan: () => createScanPlan(plan),
    render: createRenderField(await focalStack(slide), { seed, widthPx, heightPx }),
    truth: (count = frames) => {
      const planned = planScan({ ...plan, frames: count }).map(({ truth }) => truth);
      return {
        schema: 'smearscope.truth/1',
        seed,
        umPerPx: UM_PER_PX,
        widthPx,
        heightPx,
        framesPerSecond,
        slide: { widthPx: slideWidth, heightPx: slideHeight },
        cells: judgeSeen(cells, planned, { widthPx, heightPx }),
        frames: planned,
      };
    },
  };
};
