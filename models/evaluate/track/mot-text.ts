import { FaultError } from '../../../domain/fault.ts';
import { type Box, boxHeight, boxWidth } from '../../../domain/geometry.ts';

/** One box of one identity in one frame; frames count from 1 as MOTChallenge does, boxes are `[x0, y0, x1, y1]` in pixels. */
export type MotRow = { readonly frame: number; readonly id: number; readonly box: Box; readonly score: number };

const LEAST_COLUMNS = 6;
const number = (value: number): string => String(Number(value.toFixed(2)));

/** A line of a result, or of a truth where the visible share is given: everything is of class 1, which every reader takes. */
const motLine = ({ frame, id, box, score }: MotRow, visible?: number): string => {
  const columns = [frame, id, number(box[0]), number(box[1]), number(boxWidth(box)), number(boxHeight(box))];
  const rest = visible === undefined ? [Number(score.toFixed(4)), -1, -1, -1] : [1, 1, number(visible)];
  return [...columns, ...rest].join(',');
};

/** Result text: `frame,id,left,top,width,height,score,-1,-1,-1`, by frame and id. */
export const writeMotResult = (rows: readonly MotRow[]): string =>
  rows
    .toSorted((a, b) => a.frame - b.frame || a.id - b.id)
    .map((row) => `${motLine(row)}\n`)
    .join('');

/** Truth text: `frame,id,left,top,width,height,1,1,visible`, by frame and id. */
export const writeMotTruth = (rows: readonly (MotRow & { readonly visible: number })[]): string =>
  rows
    .toSorted((a, b) => a.frame - b.frame || a.id - b.id)
    .map((row) => `${motLine(row, row.visible)}\n`)
    .join('');

/**
 * Reads MOTChallenge text, comma- or blank-separated. The seventh column is the score of a result; a truth's rows with 0 there are not to be judged and are
 * left out with `truth`. Classes are not heeded. Throws a `data` fault that names the line.
 */
export const readMotText = (text: string, path: string, kind: 'truth' | 'result'): MotRow[] => {
  const seen = new Set<string>();
  return text.split('\n').flatMap((line, at): MotRow[] => {
    if (line.trim() === '') return [];
    const refuse = (what: string): FaultError =>
      new FaultError({
        kind: 'data',
        path: `${path}:${at + 1}`,
        what: `${what} in MOTChallenge text`,
        remedy: 'write frame,id,left,top,width,height,score on each line',
      });
    const columns = line
      .trim()
      .split(/\s*,\s*|\s+/)
      .filter((column) => column !== '')
      .map(Number);
    if (columns.length < LEAST_COLUMNS || columns.slice(0, LEAST_COLUMNS).some((column) => !Number.isFinite(column)))
      throw refuse('six numbers are needed');
    const [frame, id, left, top, width, height, score = 1] = columns as [number, number, number, number, number, number, number?];
    if (!Number.isInteger(frame) || frame < 1) throw refuse(`there is no frame ${frame}`);
    const identity = Math.trunc(id);
    if (kind === 'truth' && score === 0) return [];
    const key = `${frame} ${identity}`;
    if (seen.has(key)) throw refuse(`identity ${identity} stands twice in frame ${frame}`);
    seen.add(key);
    return [{ frame, id: identity, box: [left, top, left + width, top + height], score }];
  });
};
