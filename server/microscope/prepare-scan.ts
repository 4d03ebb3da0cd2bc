import { FaultError } from '../../domain/fault.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import { readBloodFields } from './blood-fields.ts';
import { composeSlide } from './compose-slide.ts';
import { focalStack } from './focal-stack.ts';
import { judgeSeen } from './judge-seen.ts';
import { createScanPlan, type PlannedFrame, planScan, type ScanPlanOptions } from './plan-scan.ts';
import { createRenderField, type RenderField } from './render-field.ts';
import { type ScanOptions, type ScanRequest, scanOptions } from './scan-options.ts';
import type { Slide } from './slide.ts';

/** A scan before its first frame: the slide, the optics over it, and the hand that moves it. */
export type Scan = {
  readonly options: ScanOptions;
  readonly slide: Slide;
  /** The endless plan of frames from the first on; each plan goes forwards only. */
  startPlan(): { frame(id: number): PlannedFrame };
  readonly render: RenderField;
  /** The truth of the first frames, `options.frames` of them or as many as given. */
  truth(frames?: number): ScanTruth;
};

/** Options from what was asked for; throws a `usage` fault that names the first wrong one. */
export const parseScanRequest = (request: ScanRequest): ScanOptions => {
  const parsed = scanOptions.safeParse(request);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'options');
  throw new FaultError({
    kind: 'usage',
    what: `the virtual scan cannot take ${name}: ${issue?.message}`,
    remedy: `it knows ${Object.keys(scanOptions.shape).join(', ')}`,
  });
};

/** Composes the slide and prepares the optics; a second or two. Faults: `usage`, `data`. */
export const prepareScan = async (request: ScanRequest = {}): Promise<Scan> => {
  const options = parseScanRequest(request);
  const { seed, width: widthPx, height: heightPx, fps: framesPerSecond, exposureMs, jumps, dirt } = options;
  const slide = composeSlide({
    seed,
    widthPx: options.slideWidth,
    heightPx: options.slideHeight,
    fields: await readBloodFields(),
    density: options.density,
    repetitive: options.repetitive,
  });
  const planOptions: ScanPlanOptions = {
    seed,
    slide,
    widthPx,
    heightPx,
    framesPerSecond,
    exposureMs,
    jumps,
    flicker: options.flicker,
    unfocused: options.unfocused,
    turn: { degrees: options.turnDeg, zoom: options.zoom, atMs: options.turnAtMs, forMs: options.turnForMs },
  };
  return {
    options,
    slide,
    startPlan: () => createScanPlan(planOptions),
    render: createRenderField(await focalStack(slide), {
      seed,
      widthPx,
      heightPx,
      vignette: options.vignette,
      dirt: dirt || options.heavyDirt,
      heavyDirt: options.heavyDirt,
    }),
    truth: (count = options.frames) => {
      const frames = planScan({ ...planOptions, frames: count }).map(({ truth }) => truth);
      return {
        schema: 'smearscope.truth/1',
        seed,
        umPerPx: slide.umPerPx,
        widthPx,
        heightPx,
        framesPerSecond,
        slide: { widthPx: slide.widthPx, heightPx: slide.heightPx },
        cells: judgeSeen(slide.cells, frames, { widthPx, heightPx }),
        frames,
      };
    },
  };
};
