import { FaultError } from '../../domain/fault.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import { readBloodFields } from './blood-fields.ts';
import { composeSlide } from './compose-slide.ts';
import { focalStack } from './focal-stack.ts';
import { judgeSeen } from './judge-seen.ts';
import { paintBareSlide } from './micrometer.ts';
import { createScanPlan, type PlannedFrame, planScan, type ScanPlanOptions } from './plan-scan.ts';
import { createRenderField, type RenderField } from './render-field.ts';
import { type ScanOptions, type ScanRequest, scanOptions } from './scan-options.ts';
import type { Slide } from './slide.ts';
import { unevenLight } from './uneven-light.ts';

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

/** What a bare slide is larger than the picture, in pixels. */
const ROOM_PX = 96;
/** A stage that rests trembles by this much, in pixels. */
const TREMOR_PX = 1.5;

/** A stage at rest, in focus: the light alone goes on as in the plan. */
const restingPlan = (plan: { frame(id: number): PlannedFrame }): { frame(id: number): PlannedFrame } => ({
  frame: (id) => {
    const planned = plan.frame(id);
    const at = (rate: number): number => ROOM_PX / 2 + TREMOR_PX * Math.sin((planned.truth.capturedAtMs / 1000) * rate);
    return {
      ...planned,
      smear: { x: 0, y: 0 },
      truth: { ...planned.truth, x: at(0.7), y: at(0.9), motionBlurPx: 0, defocusPx: 0, sharp: true },
    };
  },
});

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
  const slide =
    options.view === 'slide'
      ? composeSlide({
          seed,
          widthPx: options.slideWidth,
          heightPx: options.slideHeight,
          fields: await readBloodFields(),
          density: options.density,
          repetitive: options.repetitive,
        })
      : paintBareSlide(seed, widthPx + ROOM_PX, heightPx + ROOM_PX, options.view === 'micrometer');
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
  const render = createRenderField(await focalStack(slide), {
    seed,
    widthPx,
    heightPx,
    vignette: options.vignette,
    dirt: dirt || options.heavyDirt,
    heavyDirt: options.heavyDirt,
  });
  const dim = unevenLight(widthPx, heightPx, options);
  return {
    options,
    slide,
    startPlan: () => (options.view === 'slide' ? createScanPlan(planOptions) : restingPlan(createScanPlan(planOptions))),
    render:
      dim === undefined
        ? render
        : (exposure, ...planes) => {
            render(exposure, ...planes);
            dim(...planes);
          },
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
