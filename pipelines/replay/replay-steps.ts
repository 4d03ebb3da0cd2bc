import type { Detection, Tile } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import { GROUND_LIMITS, type GroundLimits } from '../../domain/ground.ts';
import type { Engine } from '../../models/engine.ts';
import { createGroundMap } from '../ground/ground-map.ts';
import type { Cell, LedgerEntry, Sighted } from '../slide/cell.ts';
import { createCellDrawings, type DrawingsNow, type KeptDrawing } from '../slide/cell-drawings.ts';
import { createCellMap } from '../slide/cell-map.ts';
import { createClearView } from '../slide/clear-view.ts';
import { placeOf } from '../slide/fit-cell.ts';
import type { Keyframe } from '../slide/keyframe-graph.ts';
import { cutEdges } from '../stages/cut-edges.ts';
import { createTakeIn, type Looked } from '../stages/take-in.ts';
import { tileFrame } from '../stages/tiling.ts';
import type { CountStep, LaidKeyframe, LookStep, MapMark } from './count-step.ts';

export type ReplayPorts = {
  readonly engine: Engine;
  /** Hears what was found in a frame. Borrows the frame, which holds no more than the tiles. */
  readonly onSighted?: (frame: Frame, sighted: readonly Sighted[]) => void;
  /** Hears, of a run with pictures, whether the network gave the answer that it gave while it was counted. */
  readonly onAnswer?: (alike: boolean) => void;
};

export type ReplayOptions = {
  readonly umPerPx: number;
  /** Whether runs of which no pictures were kept are taken in with the answer that was given then; else they are left out. */
  readonly trustAnswers: boolean;
  /** States of the map from which counting went on later, so that they are remembered. */
  readonly marks: readonly MapMark[];
} & Partial<GroundLimits>;

/** A step with what was kept beside it: of a `look` a frame that holds its tiles, which is consumed. */
export type KeptStep = { readonly step: CountStep; readonly frame?: Frame | undefined };

/** Counts a recording again from its steps. */
export type StepReplay = {
  /** Takes the next step. Rejects with a `data` fault where steps do not follow each other. */
  take(kept: KeptStep): Promise<void>;
  readonly cells: readonly Cell[];
  readonly ledger: readonly LedgerEntry[];
  readonly counts: readonly number[];
  /** Rises with each change of cells. */
  readonly cellVersion: number;
  readonly drawings: DrawingsNow;
  placeOf(cell: Cell): Box;
};

type SavedCells = {
  readonly mark: MapMark;
  readonly cells: readonly Cell[];
  readonly ledger: readonly LedgerEntry[];
  readonly drawn: readonly KeptDrawing[];
};

const isSame = (a: MapMark, b: MapMark): boolean => a.every((value, i) => value === b[i]);

const isAlike = (a: readonly (readonly Detection[])[], b: readonly (readonly Detection[])[]): boolean =>
  a.length === b.length &&
  a.every((list, t) => {
    const other = b[t]!;
    return (
      list.length === other.length &&
      list.every((one, i) => {
        const { box, classIndex, score } = other[i]!;
        return one.classIndex === classIndex && one.score === score && one.box.every((value, side) => value === box[side]);
      })
    );
  });

/** Tiles no larger than the engine takes them; those of the model that counted are. */
const tilesFor = (engine: Engine, umPerPx: number, boxes: readonly Box[]): Tile[] => {
  const tiling = engine.tiling(umPerPx);
  return boxes.flatMap(([x0, y0, x1, y1]) =>
    Math.max(x1 - x0, y1 - y0) <= Math.max(16, Math.floor(tiling.tilePx))
      ? [{ box: [x0, y0, x1, y1] as const }]
      : tileFrame(x1 - x0, y1 - y0, tiling).map(({ box }) => ({ box: [box[0] + x0, box[1] + y0, box[2] + x0, box[3] + y0] as const })),
  );
};

/**
 * The map, the cells and the ledger of a count, made again from its steps: places are those that were found then, pictures go through the given engine,
 * and every decision on cells is taken by the code that takes it live. With the same network the ledger is the same, entry by entry.
 */
export const createStepReplay = ({ engine, onSighted, onAnswer }: ReplayPorts, options: ReplayOptions): StepReplay => {
  const { umPerPx, trustAnswers, marks, ...limits } = options;
  let keyframes = new Map<number, Keyframe>();
  const cellMap = createCellMap(engine.card.classes.length);
  const drawings = createCellDrawings({ classes: engine.card.classes, umPerPx });
  const freshLook = () => {
    const ground = createGroundMap(umPerPx, { ...GROUND_LIMITS, ...limits });
    const takeIn = createTakeIn({ cellMap, drawings, ground }, cutEdges(engine, umPerPx));
    return { ground, view: createClearView(engine, umPerPx), takeIn };
  };
  let { ground, view, takeIn } = freshLook();
  let saved: SavedCells[] = [];
  let looked: Looked | undefined;
  let size = { widthPx: 1, heightPx: 1 };
  let given: readonly (readonly Detection[])[] | undefined;
  let frame: Frame | undefined;
  let gone: ReadonlyMap<number, number> = new Map();
  /** Pictures of all runs so far were kept: whatever is looked at again can be. */
  let complete = true;

  const keyframe = (id: number): Keyframe => {
    const known = keyframes.get(id);
    if (known === undefined) throw new Error(`a step names keyframe ${id}, which no step has laid`);
    return known;
  };
  const lay = ([id, island, x, y]: LaidKeyframe): void => {
    const known = keyframes.get(id);
    if (known !== undefined) Object.assign(known, { island, x, y });
    else keyframes.set(id, { id, island, x, y, weak: false } as Keyframe);
  };
  const letGo = (): void => {
    frame?.[Symbol.dispose]();
    frame = undefined;
    looked = undefined;
    given = undefined;
    gone = new Map();
  };

  const look = async (step: LookStep, shown: Frame | undefined): Promise<void> => {
    letGo();
    frame = shown;
    size = step;
    looked = { keyframe: keyframe(step.keyframe), x: step.x, y: step.y, atMs: step.atMs, tiles: tilesFor(engine, umPerPx, step.tiles) };
    // A run without pictures keeps the tiles that its answer belongs to.
    complete &&= frame !== undefined;
    if (frame === undefined) looked = { ...looked, tiles: step.tiles.map((box) => ({ box })) };
    else given = await view.detect(frame, looked.tiles);
  };

  const found = (lists: readonly (readonly Detection[])[]): void => {
    if (looked === undefined) return;
    if (given !== undefined) onAnswer?.(isAlike(given, lists));
    const answer = given ?? (trustAnswers ? lists : undefined);
    if (answer === undefined) {
      letGo();
      return;
    }
    const sighted = takeIn.observe(looked, answer, frame);
    if (frame === undefined) return;
    onSighted?.(frame, sighted);
    view.remember(frame, looked.tiles, sighted);
  };

  const judge = ({ covers, gone: goneThen }: CountStep & { readonly kind: 'ground' }): void => {
    if (looked === undefined) return;
    takeIn.takeBack(complete || !trustAnswers ? gone : new Map(goneThen), looked.atMs);
    let asked = 0;
    takeIn.judge(looked, { ...size, cover: () => covers[asked++] ?? 0 });
    letGo();
  };

  const keep = (mark: MapMark): void => {
    if (!marks.some((one) => isSame(one, mark))) return;
    const cells = cellMap.cells.map((cell) => ({ ...cell, evidence: Float64Array.from(cell.evidence) }));
    saved = [...saved.filter((one) => !isSame(one.mark, mark)), { mark, cells, ledger: [...cellMap.ledger], drawn: [...drawings.kept] }];
  };

  /** Counting went on in a new process, with the map as it had been saved and nothing else. */
  const restore = (mark: MapMark): void => {
    letGo();
    const from = saved.find((one) => isSame(one.mark, mark));
    if (from === undefined) throw new Error('counting went on with a map that these steps do not lead to');
    keyframes = new Map([...keyframes].filter(([id]) => id <= mark[0]!));
    cellMap.reset();
    drawings.reset();
    ({ ground, view, takeIn } = freshLook());
    const cells = from.cells.map((cell) => ({
      ...cell,
      keyframe: keyframe(cell.keyframe.id),
      evidence: Float64Array.from(cell.evidence),
    }));
    cellMap.restore(cells, from.ledger);
    drawings.restore(from.drawn);
  };

  return {
    take: async ({ step, frame: shown }) => {
      switch (step.kind) {
        case 'lay':
          step.keyframes.forEach(lay);
          ground.follow(step.islands);
          return;
        case 'rearrange':
          return cellMap.rearrange(step.keyframes.map(keyframe), step.atMs);
        case 'blur':
          return ground.blur(keyframe(step.keyframe), step.field);
        case 'shade':
          return view.take(step.shade);
        case 'look':
          return look(step, shown);
        case 'found':
          return found(step.lists);
        case 'again':
          gone = await view.lookAgain();
          return;
        case 'ground':
          return judge(step);
        case 'mark':
          return keep(step.mark);
        case 'restored':
          return restore(step.mark);
        case 'lost':
          return;
        default:
          step satisfies never;
      }
    },
    get cells() {
      return cellMap.cells;
    },
    get ledger() {
      return cellMap.ledger;
    },
    get counts() {
      return cellMap.counts;
    },
    get cellVersion() {
      return cellMap.version;
    },
    drawings,
    placeOf,
  };
};
