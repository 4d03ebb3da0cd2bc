import { FaultError } from '../../domain/fault.ts';
import type { Registrar } from '../stages/register.ts';
import type { Cell, LedgerEntry } from './cell.ts';
import type { CellDrawings } from './cell-drawings.ts';
import type { CellMap } from './cell-map.ts';
import type { Coverage } from './coverage.ts';
import type { KeyframeGraph } from './keyframe-graph.ts';
import type { SavedSlideMap } from './slide-map-file.ts';

export type MapParts = {
  readonly graph: KeyframeGraph;
  readonly registrar: Registrar;
  readonly coverage: Coverage;
  readonly cellMap: CellMap;
  readonly drawings: CellDrawings;
};

type Scale = { readonly umPerPx: number; readonly classes: readonly string[] };

/** Scales that differ by more than this share are two. */
const SAME_SCALE = 0.01;

/** The map as plain values. Pictures are not copied: they never change once the sensor's pattern is known. */
export const snapshotMap = ({ graph, registrar, coverage, cellMap, drawings }: MapParts, { umPerPx, classes }: Scale): SavedSlideMap => {
  const { state } = registrar;
  return {
    umPerPx,
    classes: [...classes],
    keyframes: graph.keyframes.map(({ island, x, y, weak, picture: { width, height, factor } }) => ({
      island,
      x,
      y,
      weak,
      width,
      height,
      factor,
    })),
    links: graph.links.map(({ from, to, x, y, weight }) => [from.id, to.id, x, y, weight]),
    tiles: [...coverage.tiles].map(({ keyframe, box }) => ({ keyframe: keyframe.id, box: [...box] })),
    cells: cellMap.cells.map(({ keyframe, evidence, box, visible, laid, ...cell }) => ({
      ...cell,
      keyframe: keyframe.id,
      laid: { island: laid.island, x: laid.x, y: laid.y },
      box: [...box],
      ...(visible === undefined ? {} : { visible: [...visible] }),
      evidence: [...evidence],
    })),
    ledger: cellMap.ledger.map((entry) => ({ ...entry })),
    ...(state === undefined
      ? {}
      : {
          registrar: {
            widthPx: state.widthPx,
            heightPx: state.heightPx,
            ...(state.last === undefined ? {} : { last: state.last }),
            ...(state.learned === undefined ? {} : { learned: state.learned }),
            ...(state.reference === undefined ? {} : { reference: state.reference }),
            unclean: [...state.unclean],
            pictures: state.pattern.pictures,
            samples: state.pattern.means.length,
            left: state.pattern.left,
            shots: state.pattern.shots.map(({ keyframe, x, y }) => ({ keyframe: keyframe.id, x, y })),
          },
        }),
    drawn: [...drawings.kept],
    pictures: graph.keyframes.map(({ picture, signature }) => ({ data: picture.data, signature })),
    pattern: {
      means: state?.pattern.means ?? new Float32Array(0),
      squares: state?.pattern.squares ?? new Float32Array(0),
      comparisons: state?.pattern.comparisons ?? new Uint8Array(0),
      taken: state?.pattern.taken ?? new Int16Array(0),
      shots: state?.pattern.shots.map(({ data }) => data) ?? [],
    },
  };
};

/** Fills empty parts from a saved map. Throws a `data` fault where the map has other classes or another scale. */
export const restoreMap = (
  saved: SavedSlideMap,
  { graph, registrar, coverage, cellMap, drawings }: MapParts,
  { umPerPx, classes }: Scale,
): void => {
  const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'data', path: 'slide map', what, remedy });
  if (saved.classes.join('\n') !== classes.join('\n'))
    throw refuse('the saved map was counted by a model of other classes', 'give that model, or begin a new map');
  if (Math.abs(saved.umPerPx / umPerPx - 1) > SAME_SCALE)
    throw refuse(`the saved map was taken at ${saved.umPerPx} µm/px, not at ${umPerPx}`, 'give the same scale, or begin a new map');
  saved.keyframes.forEach(({ island, x, y, weak, width, height, factor }, i) => {
    const { data, signature } = saved.pictures[i]!;
    graph.add({ island, x, y, weak, picture: { data, width, height, factor }, signature });
  });
  for (const [from, to, x, y, weight] of saved.links) graph.link(graph.byId(from)!, graph.byId(to)!, x, y, weight);
  for (const { keyframe, box } of saved.tiles) coverage.add({ keyframe: graph.byId(keyframe)!, box });
  const cells = saved.cells.map(
    (cell) =>
      ({
        ...cell,
        visible: cell.visible,
        keyframe: graph.byId(cell.keyframe)!,
        evidence: Float64Array.from(cell.evidence),
      }) as unknown as Cell,
  );
  cellMap.restore(cells, saved.ledger as unknown as LedgerEntry[]);
  drawings.restore(saved.drawn);
  const { registrar: state, pattern } = saved;
  registrar.restore(
    state && {
      widthPx: state.widthPx,
      heightPx: state.heightPx,
      last: state.last,
      learned: state.learned,
      reference: state.reference,
      unclean: state.unclean,
      pattern: {
        ...pattern,
        pictures: state.pictures,
        left: state.left ?? 0,
        shots: (state.shots ?? []).map(({ keyframe, x, y }, i) => ({ keyframe: graph.byId(keyframe)!, x, y, data: pattern.shots[i]! })),
      },
    },
  );
};
