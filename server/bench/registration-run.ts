import { containsBox } from '../../domain/geometry.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { type Evidence, evidenceOf } from '../../pipelines/slide/confidence.ts';
import { createKeyframeGraph } from '../../pipelines/slide/keyframe-graph.ts';
import { createGate } from '../../pipelines/stages/gate.ts';
import { createRegistrar } from '../../pipelines/stages/register.ts';
import { prepareScan } from '../microscope/prepare-scan.ts';
import { renderFrame } from '../microscope/render-scan.ts';
import type { ScanRequest } from '../microscope/scan-options.ts';
import { chanceMatches } from './chance-matches.ts';
import type { Judged } from './reliability.ts';

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
  readonly placed: readonly (Judged & { readonly confidence: number; readonly frame: number })[];
  /** What speaks for matches of keyframes where they do not lie. */
  readonly chance: readonly Evidence[];
  /** The longest time of sharp frames without a place (see `shows`): on ground that is on the map, and anywhere. */
  readonly lostKnownMs: number;
  readonly lostMs: number;
  /** The longest time of sharp frames on ground that is not on the map, refused because nothing tells yet that the camera stands upright again. */
  readonly waitedMs: number;
  /** Sharp frames of next to nothing that the gate did not take for sharp; the only ones whose loss is not in the times above. */
  readonly passedOver: number;
  /** Frames laid on the map while the camera was turned or magnified otherwise, and frames until it was said. */
  readonly countedThrough: number;
  readonly saidAfter: number | undefined;
  readonly msPerFrame: number;
};

type Place = { readonly x: number; readonly y: number };

/** Ground counts as known where an earlier registered sharp field shares this much of each side. */
const KNOWN_SHARE = 0.8;

/** A truly sharp frame counts as lost where it shows so many whole cells, whatever the gate says of it, and where it shows fewer but the gate takes it for sharp. */
export const REGISTRABLE_CELLS = 3;

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
  const placed: (Judged & { confidence: number; frame: number })[] = [];
  const shownAt = new Map<number, Place>();
  let [sharp, lost, lostKnown, longest, longestKnown, spentMs, countedThrough, turnedFrames] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [waited, longestWaited, passedOver] = [0, 0, 0];
  let saidAfter: number | undefined;
  const wholeCells = ({ x, y }: Place): number =>
    scan.slide.cells.filter(({ box }) => containsBox([x, y, x + width, y + height], box)).length;
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
      const shows = wholeCells(truth) >= REGISTRABLE_CELLS || look.quality === 'sharp';
      if (truth.sharp && !shows) passedOver++;
      if (truth.sharp && shows) {
        if (registrar.turn !== undefined && !isKnown) waited++;
        else {
          lost++;
          lostKnown = isKnown ? lostKnown + 1 : 0;
        }
      }
      longestWaited = Math.max(longestWaited, waited);
      longest = Math.max(longest, lost);
      longestKnown = Math.max(longestKnown, lostKnown);
      continue;
    }
    lost = 0;
    lostKnown = 0;
    waited = 0;
    const { island, x, y, confidence } = fix.placement;
    if (!origins.has(island)) origins.set(island, { x: truth.x - x, y: truth.y - y });
    const origin = origins.get(island)!;
    placed.push({
      errorPx: Math.hypot(x - (truth.x - origin.x), y - (truth.y - origin.y)),
      confidence,
      frame: id,
      evidence: evidenceOf(fix.match),
    });
    if (fix.made !== undefined) shownAt.set(fix.made.id, truth);
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
    chance: chanceMatches(graph.keyframes, shownAt, seed),
    lostKnownMs: (longestKnown * 1000) / fps,
    lostMs: (longest * 1000) / fps,
    waitedMs: (longestWaited * 1000) / fps,
    passedOver,
    countedThrough,
    saidAfter,
    msPerFrame: spentMs / frames,
  };
};
