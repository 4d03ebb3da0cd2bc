import type { Detection, Tile } from '../../domain/detection.ts';
import type { EngineName } from '../../domain/engine-name.ts';
import { faultLine, toFault } from '../../domain/fault.ts';
import type { Engine } from '../../models/engine.ts';
import type { Bundle } from '../../models/runtime/bundle.ts';
import { listEngines } from '../../models/runtime/engine-probe.ts';
import { createNetworkEngine, networkData } from '../../models/runtime/network-engine.ts';
import { regionIou, regionOfLine } from '../../models/segment/judge/region.ts';
import { tileFrame } from '../../pipelines/stages/tiling.ts';
import type { EngineFields } from './engine-fields.ts';

/** How far an engine's boxes (any side, in camera pixels), scores and outlines (IoU of what they enclose) may be from those of `onnx:cpu`. */
export const CONFORMANCE_LIMITS = {
  full: { boxPx: 0.5, score: 0.01, outlineIou: 0.98 },
  half: { boxPx: 1, score: 0.02, outlineIou: 0.95 },
} as const;

/** What an engine made of the fields beside `onnx:cpu`. `lost`: cells that only one of the two found, well above the threshold. */
export type Conformance =
  | { readonly engine: EngineName; readonly state: 'skipped'; readonly reason: string }
  | {
      readonly engine: EngineName;
      readonly state: 'same' | 'differs';
      readonly cells: number;
      readonly lost: number;
      readonly boxPx: number;
      readonly score: number;
      /** Cells that both drew, and the least that the two outlines of a cell have in common. */
      readonly drawn: number;
      readonly outlineIou: number;
      readonly tileMs: number;
    };

const REFERENCE: EngineName = 'onnx:cpu';
/** What draws on the processor takes minutes for whole fields: a piece of each must do. */
const PIECE: Tile = { box: [192, 144, 384, 288] };
const PIECE_TILE_PX = 96;

type Found = readonly (readonly Detection[])[];

const side = (a: Detection, b: Detection): number => Math.max(...a.box.map((value, at) => Math.abs(value - b.box[at]!)));

/** What two outlines have in common; 0 where only one was drawn. */
const outlinesIou = (one: Detection, other: Detection): number | undefined => {
  if (one.outline === undefined && other.outline === undefined) return undefined;
  const right = Math.ceil(Math.max(one.box[2], other.box[2]) * 2);
  const below = Math.ceil(Math.max(one.box[3], other.box[3]) * 2);
  const [a, b] = [one, other].map(({ outline }) => (outline === undefined ? undefined : regionOfLine(outline, right, below)));
  return a === undefined || b === undefined ? 0 : regionIou(a, b);
};

/** The other's detection that is the same cell: of its class and nearest. */
const partner = (one: Detection, others: readonly Detection[]): Detection | undefined =>
  others
    .filter(({ classIndex }) => classIndex === one.classIndex)
    .reduce<Detection | undefined>((best, other) => (best === undefined || side(one, other) < side(one, best) ? other : best), undefined);

const SAME_CELL_PX = 8;

/** Largest differences of what two engines found. A score within the limit of its threshold may be on either side of it. */
export const compareFound = (
  reference: Found,
  found: Found,
  thresholds: readonly number[],
  limit: { readonly score: number },
): Omit<Extract<Conformance, { readonly state: 'same' | 'differs' }>, 'engine' | 'state' | 'tileMs'> => {
  let [cells, lost, boxPx, score, drawn, outlineIou] = [0, 0, 0, 0, 0, 1];
  const look = (from: Found, to: Found): void => {
    from.forEach((detections, tile) => {
      for (const one of detections) {
        const other = partner(one, to[tile]!);
        if (other === undefined || side(one, other) > SAME_CELL_PX) {
          if (one.score > thresholds[one.classIndex]! + limit.score) lost++;
          continue;
        }
        boxPx = Math.max(boxPx, side(one, other));
        score = Math.max(score, Math.abs(one.score - other.score));
        const alike = from === reference ? outlinesIou(one, other) : undefined;
        if (alike === undefined) continue;
        drawn++;
        outlineIou = Math.min(outlineIou, alike);
      }
    });
  };
  look(reference, found);
  look(found, reference);
  for (const detections of reference) cells += detections.length;
  return { cells, lost, boxPx, score, drawn, outlineIou };
};

const detectFields = async (engine: Engine, { frames, umPerPx }: EngineFields, pieces: boolean): Promise<Found> => {
  const found: (readonly Detection[])[] = [];
  for (const frame of frames) {
    const tiles = pieces ? [PIECE] : tileFrame(frame.widthPx, frame.heightPx, engine.tiling(umPerPx));
    found.push(...(await engine.detect(frame, tiles, umPerPx)));
  }
  return found;
};

/** Runs every engine of this machine on the same fields and compares what it finds with `onnx:cpu` in full precision. */
export const checkConformance = async (
  bundle: Bundle,
  fields: EngineFields,
  threads: number,
  precision: keyof typeof CONFORMANCE_LIMITS,
  only: EngineName | undefined,
  onEngine: (name: EngineName) => void,
): Promise<Conformance[]> => {
  const limits = CONFORMANCE_LIMITS[precision];
  const reference = await createNetworkEngine(bundle, networkData(bundle, REFERENCE, threads, 'full', true));
  await using _ = reference;
  const wanted = { whole: await detectFields(reference, fields, false), pieces: await detectFields(reference, fields, true) };
  const results: Conformance[] = [];
  for (const { name, present, reason, software } of listEngines()) {
    if (only !== undefined && name !== only) continue;
    if (!present) {
      results.push({ engine: name, state: 'skipped', reason });
      continue;
    }
    onEngine(name);
    try {
      const data = networkData(bundle, name, threads, precision, true);
      await using engine = await createNetworkEngine(bundle, software ? { ...data, tilePx: PIECE_TILE_PX } : data);
      const found = await detectFields(engine, fields, software);
      const differences = compareFound(software ? wanted.pieces : wanted.whole, found, bundle.card.thresholds.score, limits);
      const { lost, boxPx, score, outlineIou } = differences;
      const same = lost === 0 && boxPx <= limits.boxPx && score <= limits.score && outlineIou >= limits.outlineIou;
      results.push({ engine: name, state: same ? 'same' : 'differs', ...differences, tileMs: engine.tileMs });
    } catch (error) {
      results.push({ engine: name, state: 'skipped', reason: faultLine(toFault(error)) });
    }
  }
  return results;
};
