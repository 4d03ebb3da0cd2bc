import type { Box } from '../../domain/geometry.ts';
import type { MapCell } from '../../domain/wire.ts';
import type { Cell } from '../../pipelines/slide/cell.ts';

/** A cell as viewers are told of it, with `box` its place on the island; undefined for one that was taken back. */
export const toMapCell = ({ id, keyframe, classIndex, score, state }: Cell, [x0, y0, x1, y1]: Box): MapCell | undefined =>
  state === 'withdrawn'
    ? undefined
    : {
        id,
        island: keyframe.island,
        classIndex,
        // Whole numbers are a third as long on the wire, and more is not seen on a map.
        x: Math.round((x0 + x1) / 2),
        y: Math.round((y0 + y1) / 2),
        widthPx: Math.round(x1 - x0),
        heightPx: Math.round(y1 - y0),
        score: Math.round(score * 100) / 100,
        state,
      };

/** Whether nothing changed that a viewer would see. */
export const sameMapCell = (a: MapCell, b: MapCell): boolean =>
  a.island === b.island &&
  a.classIndex === b.classIndex &&
  a.state === b.state &&
  a.score === b.score &&
  a.x === b.x &&
  a.y === b.y &&
  a.widthPx === b.widthPx &&
  a.heightPx === b.heightPx;
