import type { CrossingLine } from '../pipelines/flow/crossing-line.ts';

/** Lines as the configuration writes them: `x0,y0,x1,y1`, several with `;` between them. */
export const readLines = (text: string): CrossingLine[] =>
  text.split(';').map((line): CrossingLine => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = line.split(',').map(Number);
    return [x0, y0, x1, y1];
  });
