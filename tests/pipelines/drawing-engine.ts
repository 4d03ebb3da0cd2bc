import type { Box } from '../../domain/geometry.ts';
import type { Outline } from '../../domain/outline.ts';
import type { Engine } from '../../models/engine.ts';

/** The ellipse that fills a box. */
export const ellipseIn = ([x0, y0, x1, y1]: Box, corners = 24): Outline =>
  Array.from({ length: 2 * corners }, (_, i) => {
    const angle = (2 * Math.PI * (i >> 1)) / corners;
    return i % 2 === 0 ? (x0 + x1 + (x1 - x0) * Math.cos(angle)) / 2 : (y0 + y1 + (y1 - y0) * Math.sin(angle)) / 2;
  });

/** An engine that also draws what it finds, as ellipses. */
export const drawingEngine = (engine: Engine): Engine => ({
  ...engine,
  draws: ['cell'],
  detect: async (...asked) => (await engine.detect(...asked)).map((list) => list.map((one) => ({ ...one, outline: ellipseIn(one.box) }))),
});
