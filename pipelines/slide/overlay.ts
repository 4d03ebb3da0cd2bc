import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, translateBox } from '../../domain/geometry.ts';
import type { Fix } from '../stages/register.ts';
import type { CellMap } from './cell-map.ts';

/** Box of a frame on its island, in camera pixels. */
export const fieldOf = ({ widthPx, heightPx }: Frame, { keyframe, x, y }: Fix): Box => [
  keyframe.x + x,
  keyframe.y + y,
  keyframe.x + x + widthPx,
  keyframe.y + y + heightPx,
];

/** The cells that lie in a frame, boxes in its own pixels. */
export const overlayOf = (cellMap: CellMap, frame: Frame, fix: Fix): FieldReport['boxes'] => {
  const field = fieldOf(frame, fix);
  const away = { x: -field[0], y: -field[1] };
  return cellMap.within(fix.keyframe.island, field).map((cell) => ({
    id: cell.id,
    classIndex: cell.classIndex,
    score: cell.score,
    box: [...translateBox(translateBox(cell.box, cell.keyframe), away)] as [number, number, number, number],
    state: cell.state === 'withdrawn' ? 'waiting' : cell.state,
  }));
};
