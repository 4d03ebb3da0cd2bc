import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createKeyframeGraph } from '../../pipelines/slide/keyframe-graph.ts';
import { createGate } from '../../pipelines/stages/gate.ts';
import { createRegistrar } from '../../pipelines/stages/register.ts';
import { prepareScan } from '../microscope/prepare-scan.ts';
import { renderFrame } from '../microscope/render-scan.ts';
import type { ScanRequest } from '../microscope/scan-options.ts';

/** What registration made of one scan, beside the truth. */
export type RegistrationFigures = {
  readonly suite: string;
  readonly seed: number;
  readonly frames: number;
  readonly sharp: number;
  readonly registered: number;
  readonly islands: number;
  readonly keyframes: number;
  /** For each registered frame its distance from the true place, and how sure registration was. */
  readonly placed: readonly { readonly errorPx: number; readonly confidence: number; readonly frame: number }[];
  /** The longest time of sharp frames without a place: on ground that is on the map, and anywhere. */
  readonly lostKnownMs: number;
  readonly lostMs: number;
  /** Frames laid on the map while the camera was turned or magnified otherwise, and frames until it was said. */
  readonly countedThrough: number;
  readonly saidAfter: number | undefined;
  readonly msPerFrame: number;
};

type Place = { readonly x: number; readonly y: number };

/** Ground counts as known where an earlier registered sharp field shares this much of each side. */
const KNOWN_SHARE = 0.8;

/** Registers the frames of a virtual scan, gate included, and compares with the truth: each island from the frame that began it. */
export const runRegistration = async (
  suite: string,
  request: ScanRequest,
  signal: AbortSignal,
  onFrame: () => void = () => {},
): Promise<RegistrationFigures> => {
  const scan = await prepareScan(request);
  const { frames, width, height, seed, fps } = scan.options;
  const pool = createFramePool({ maxBuffers: 2 });
  const graph = createKeyframeGraph(
    () => width,
    () => height,
  );
  const registrar = createRegistrar(graph);
  const gate = createGate({ minSharpness: 0.6 });
  const plan = scan.startPlan();
  const origins = new Map<number, Place>();
  const known: Place[] = [];
  const placed: { errorPx: number; confidence: number; frame: number }[] = [];
  let [sharp, lost, lostKnown, longest, longestKnown, spentMs, countedThrough, turnedFrames] = [0, 0, 0, 0, 0, 0, 0, 0];
  let saidAfter: number | undefined;
  for (let id = 0; id < frames; id++) {
    signal.throwIfAborted();
    const planned = plan.frame(id);
    const { truth, turn } = planned;
    using frame = renderFrame(scan, planned, pool)!;
    const look = gate(frame);
    const startedAt = performance.now();
    const fix = registrar.locate(frame, look.quality === 'sharp');
    spentMs += performance.now() - startedAt;
    onFrame();
    if (turn !== undefined) {
      turnedFrames++;
      if (fix !== undefined) countedThrough++;
      if (registrar.turn !== undefined) saidAfter ??= turnedFrames;
      continue;
    }
    if (truth.sharp) sharp++;
    const isKnown = known.some(
      ({ x, y }) => Math.abs(x - truth.x) < (1 - KNOWN_SHARE) * width && Math.abs(y - truth.y) < (1 - KNOWN_SHARE) * height,
    );
    if (fix === undefined) {
      if (truth.sharp && look.quality === 'sharp') {
        lost++;
        lostKnown = isKnown ? lostKnown + 1 : 0;
      }
      longest = Math.max(longest, lost);
      longestKnown = Math.max(longestKnown, lostKnown);
      continue;
    }
    lost = 0;
    lostKnown = 0;
    const { island, x, y, confidence } = fix.placement;
    if (!origins.has(island)) origins.set(island, { x: truth.x - x, y: truth.y - y });
    const origin = origins.get(island)!;
    placed.push({ errorPx: Math.hypot(x - (truth.x - origin.x), y - (truth.y - origin.y)), confidence, frame: id });
    if (look.quality === 'sharp' && !isKnown) known.push({ x: truth.x, y: truth.y });
  }
  return {
    suite,
    seed,
    frames,
    sharp,
    registered: placed.length,
    islands: graph.islands,
    keyframes: graph.keyframes.length,
    placed,
    lostKnownMs: (longestKnown * 1000) / fps,
    lostMs: (longest * 1000) / fps,
    countedThrough,
    saidAfter,
    msPerFrame: spentMs / frames,
  };
};
