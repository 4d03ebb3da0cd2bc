import type { CountedCell } from '../domain/count-document.ts';
import { drawnCell } from '../domain/drawn-cell.ts';
import type { FieldReport } from '../domain/field-report.ts';
import type { Frame } from '../domain/frame.ts';
import { type Box, boxHeight, boxWidth } from '../domain/geometry.ts';
import { createFrameTally } from './frame-tally.ts';
import { drawCell } from './slide/draw-cell.ts';
import type { Annotated, CountPorts } from './smear-counter.ts';
import { createStageClock } from './stage-clock.ts';
import { cutEdges } from './stages/cut-edges.ts';
import { createGate, REASONS } from './stages/gate.ts';
import { mergeTiles } from './stages/merge-tiles.ts';
import { tileFrame } from './stages/tiling.ts';

/**
 * Whether a cell belongs to its field by the rule of the counting chamber: those that touch the upper or the left edge do, those that touch the
 * lower or the right one do not, so that of fields side by side each cell belongs to one. `edgePx` is how near is taken for touching,
 * or `edgeShare` of the box's longer side where that is more.
 */
export const belongsToField = (box: Box, widthPx: number, heightPx: number, edgePx: number, edgeShare = 0): boolean => {
  const near = Math.max(edgePx, edgeShare * Math.max(boxWidth(box), boxHeight(box)));
  return box[2] < widthPx - near && box[3] < heightPx - near;
};

/**
 * Counts pictures that have nothing to do with each other, by the rule of the counting chamber: no map, no registration. Consumes the frames; whoever takes an
 * annotated one disposes it. Pictures too dark or too bright are left out. Pushes each cell into `cells`, boxes in pixels of its picture, whose number is its `island`.
 */
export async function* countFields(
  frames: AsyncIterable<Frame>,
  { engine, now }: CountPorts,
  { umPerPx }: { readonly umPerPx: number },
  cells: CountedCell[] = [],
): AsyncGenerator<Annotated, void, undefined> {
  const { classes } = engine.card;
  const tiling = engine.tiling(umPerPx);
  const { edgePx, edgeShare } = cutEdges(engine, umPerPx);
  const gate = createGate({ minSharpness: 0 });
  const tally = createFrameTally();
  const clock = createStageClock(now);
  const counts = classes.map(() => 0);
  let fields = 0;
  let areaUm2 = 0;
  for await (const given of frames) {
    using frame = given;
    const { id, capturedAtMs, widthPx, heightPx } = frame;
    const look = clock.time('gate', () => gate(frame));
    const isSeen = look.quality === 'sharp';
    const state = look.quality;
    tally.enter(isSeen, state);
    const boxes: FieldReport['boxes'] = [];
    if (isSeen) {
      const tiles = tileFrame(widthPx, heightPx, tiling);
      const lists = await clock.timeAsync('infer', () => engine.detect(frame, tiles, umPerPx));
      tally.infer(id);
      fields++;
      areaUm2 += widthPx * heightPx * umPerPx * umPerPx;
      for (const found of mergeTiles(tiles, lists, edgePx, edgeShare)) {
        const { box, classIndex, score } = found;
        if (!belongsToField(box, widthPx, heightPx, edgePx, edgeShare)) continue;
        counts[classIndex]!++;
        const cell = {
          id: cells.length + 1,
          class: classes[classIndex] ?? String(classIndex),
          score,
          box: [...box] as CountedCell['box'],
          firstSeenMs: capturedAtMs,
          sightings: 1,
          island: fields,
          ...drawnCell(drawCell(found, { classes, umPerPx }, frame), box, umPerPx),
        };
        cells.push(cell);
        boxes.push({ id: cell.id, classIndex, score, box: cell.box, state: 'counted' });
      }
    }
    yield {
      frame: frame.retain(),
      report: {
        frameId: id,
        capturedAtMs,
        widthPx,
        heightPx,
        state,
        reason: REASONS[state],
        sharpness: look.sharpness,
        boxes,
        counts: [...counts],
        frames: tally.counts(),
        slide: { islands: fields, keyframes: fields, areaUm2 },
        stageMs: clock.means(),
      },
    };
  }
}
