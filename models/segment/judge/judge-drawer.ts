import type { SegmentScores } from '../../../domain/segment-document.ts';
import { averagePrecisionOf } from '../../evaluate/average-precision.ts';
import { createBoundaryTally } from '../boundary-scores.ts';
import { createMaskTally } from '../mask-scores.ts';
import type { Drawer, Drawing, DrawnCell } from './drawer.ts';
import { createInstanceTally } from './instance-scores.ts';
import type { TrueField } from './mask-truth.ts';
import { shareOf } from './plane-names.ts';
import { paintRegion, type Region, regionIou } from './region.ts';

/** Cells of a class in a field that precision is reckoned from: more than any field holds. */
export const MAX_DETECTIONS = 1000;

type PlaneTally = { add(found: Uint8Array, there: Uint8Array, field: TrueField): void; readonly scores: SegmentScores['covered'] };

const createPlaneTally = (): PlaneTally => {
  const pixels = createMaskTally();
  const edges = createBoundaryTally();
  return {
    add: (found, there, { known, picture: { widthPx, heightPx } }) => {
      for (let at = 0; at < there.length; at++) if (known?.[at] !== 0) pixels.add(found[at] === 1, there[at] === 1);
      edges.add({ found, there, known, widthPx, heightPx });
    },
    get scores() {
      const { dice, iou, precision, recall } = pixels.scores;
      return { dice, iou, precision, recall, boundaryF1: edges.scores.f1 };
    },
  };
};

type Cell = { readonly region: Region; readonly classIndex: number };

const cover = (cells: readonly Cell[], { picture: { widthPx, heightPx } }: TrueField): Uint8Array => {
  const mask = new Uint8Array(widthPx * heightPx);
  for (const { region } of cells) paintRegion(region, mask, widthPx);
  return mask;
};

/** Most of a cell on ground that nobody vouches for: neither right nor false. */
const isUnknown = (region: Region, { known, picture: { widthPx } }: TrueField): boolean => {
  if (known === undefined) return false;
  let open = 0;
  for (let at = 0; at < region.set.length; at++)
    if (region.set[at] === 1 && known[(region.y + Math.floor(at / region.widthPx)) * widthPx + region.x + (at % region.widthPx)] === 0)
      open++;
  return open > region.areaPx / 2;
};

const mapValues = <A, B>(map: ReadonlyMap<string, A>, to: (value: A) => B): Record<string, B> =>
  Object.fromEntries([...map].map(([name, value]) => [name, to(value)]));

export type DrawingJudge = { add(drawing: Drawing, field: TrueField): void; readonly scores: SegmentScores };

/** Adds up what was drawn of fields against what is there. Kinds of cells are compared where drawer and truth name them alike. */
export const createDrawingJudge = (drawer: Pick<Drawer, 'classes'>, classes: readonly string[]): DrawingJudge => {
  const kinds = classes.filter((name) => drawer.classes.includes(name));
  const planes = new Map<string, PlaneTally>();
  const covered = createPlaneTally();
  const instances = createInstanceTally();
  const ofKinds = new Map(kinds.map((name) => [name, { pixels: createMaskTally(), instances: createInstanceTally() }]));
  const images: { readonly detections: DrawnCell[]; readonly truth: readonly Cell[] }[] = [];
  const planeTally = (name: string): PlaneTally => {
    const tally = planes.get(name) ?? createPlaneTally();
    planes.set(name, tally);
    return tally;
  };
  const regions = (cells: readonly Cell[]): Region[] => cells.map(({ region }) => region);
  return {
    add: ({ shares, cells }, field) => {
      for (const [name, there] of field.planes) {
        const share = shareOf(shares, name);
        if (share === undefined) continue;
        planeTally(name).add(
          Uint8Array.from(share, (value) => (value >= 0.5 ? 1 : 0)),
          there,
          field,
        );
      }
      const known = cells.filter(({ region }) => !isUnknown(region, field));
      const counted = known.filter((cell) => cell.counted);
      const there = field.planes.get('cell') ?? cover(field.cells, field);
      covered.add(cover(counted, field), there, field);
      instances.add(regions(counted), regions(field.cells));
      images.push({ detections: known, truth: field.cells });
      for (const [name, tally] of ofKinds) {
        const found = counted.filter(({ classIndex }) => drawer.classes[classIndex] === name);
        const wanted = field.cells.filter(({ classIndex }) => classes[classIndex] === name);
        tally.instances.add(regions(found), regions(wanted));
        const [foundMask, wantedMask] = [cover(found, field), cover(wanted, field)];
        for (let at = 0; at < foundMask.length; at++)
          if (field.known?.[at] !== 0) tally.pixels.add(foundMask[at] === 1, wantedMask[at] === 1);
      }
    },
    get scores() {
      const overlap = (a: Cell, b: Cell): number => regionIou(a.region, b.region);
      const alike = images.map(({ detections, truth }) => ({
        detections: detections.map((one) => ({ ...one, classIndex: 0 })),
        truth: truth.map((one) => ({ ...one, classIndex: 0 })),
      }));
      const { mAP, mAP50 } = averagePrecisionOf({ images: alike, overlap, limit: MAX_DETECTIONS }, 1);
      const inKinds = images.map(({ detections, truth }) => ({
        detections: detections.flatMap((one) => {
          const classIndex = kinds.indexOf(drawer.classes[one.classIndex] ?? '');
          return classIndex < 0 ? [] : [{ ...one, classIndex }];
        }),
        truth: truth.map((one) => ({ ...one, classIndex: kinds.indexOf(classes[one.classIndex] ?? '') })),
      }));
      const { perClass } = averagePrecisionOf({ images: inKinds, overlap, limit: MAX_DETECTIONS }, kinds.length);
      return {
        planes: mapValues(planes, ({ scores }) => scores),
        covered: covered.scores,
        instances: { ...instances.scores, AP: mAP, AP50: mAP50, maxDetections: MAX_DETECTIONS },
        ...(kinds.length === 0
          ? {}
          : {
              classes: Object.fromEntries(
                [...ofKinds].map(([name, tally], index) => {
                  const { dice, iou } = tally.pixels.scores;
                  const precision = perClass[index];
                  return [name, { dice, iou, ...tally.instances.scores, AP: precision?.AP ?? 0, AP50: precision?.AP50 ?? 0 }];
                }),
              ),
            }),
      };
    },
  };
};
