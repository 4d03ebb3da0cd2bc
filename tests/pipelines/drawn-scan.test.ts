import { describe, expect, test } from 'vitest';
import { unpackOutline } from '../../domain/cell-drawing.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, insetBox, iou, overlapArea, translateBox } from '../../domain/geometry.ts';
import { isWithin, outlineArea } from '../../domain/outline.ts';
import { diameterOf, sizesOf } from '../../domain/size-distribution.ts';
import type { Engine } from '../../models/engine.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createSmearCounter, type SmearCounter } from '../../pipelines/smear-counter.ts';
import { prepareScan } from '../../server/microscope/prepare-scan.ts';
import { renderFrames } from '../../server/microscope/render-scan.ts';
import type { Slide } from '../../server/microscope/slide.ts';

/** What the virtual microscope takes for a cell: green below this share of the glass', averaged over 3×3 pixels. */
const CELL_BELOW = 0.945;
/** Pixels around a cell's box in which no other cell lies, so that its mask is known. */
const ALONE_PX = 5;

type Mask = { readonly box: Box; readonly inside: (x: number, y: number) => boolean; readonly areaPx: number };

const greenOf = ({ y, u, v, widthPx }: Slide, column: number, row: number): number => {
  const chroma = (row >> 1) * (widthPx >> 1) + (column >> 1);
  return 1.164 * (y[row * widthPx + column]! - 16) - 0.813 * (v[chroma]! - 128) - 0.391 * (u[chroma]! - 128);
};

/** The true pixels of a cell that lies alone: all that the glass around it does not reach, so that a paler middle belongs to it. */
const trueMask = (slide: Slide, cell: Box): Mask => {
  const box = insetBox(cell, -ALONE_PX).map(Math.round) as unknown as Box;
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const green = (x: number, y: number): number => {
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += greenOf(slide, box[0] + x + dx, box[1] + y + dy);
    return sum / 9;
  };
  const rim = Array.from({ length: width }, (_, x) => green(x, 0)).sort((a, b) => a - b);
  const glass = rim[width >> 1]!;
  const reached = new Uint8Array(width * height);
  const next = [0];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (reached[at] === 1 || (green(x, y) < CELL_BELOW * glass && x > 0 && y > 0 && x < width - 1 && y < height - 1)) continue;
    reached[at] = 1;
    if (x > 0) next.push(at - 1);
    if (x < width - 1) next.push(at + 1);
    if (y > 0) next.push(at - width);
    if (y < height - 1) next.push(at + width);
  }
  const inside = (x: number, y: number): boolean =>
    x >= box[0] && y >= box[1] && x < box[2] && y < box[3] && reached[(y - box[1]) * width + x - box[0]] === 0;
  return { box, inside, areaPx: reached.reduce((sum, value) => sum + 1 - value, 0) };
};

/** Share of the pixels of either that both have. */
const likeness = ({ box, inside }: Mask, outline: readonly number[]): number => {
  let [both, either] = [0, 0];
  for (let y = box[1]; y < box[3]; y++)
    for (let x = box[0]; x < box[2]; x++) {
      const [a, b] = [inside(x, y), isWithin(outline, x + 0.5, y + 0.5)];
      if (a && b) both++;
      if (a || b) either++;
    }
  return either === 0 ? 0 : both / either;
};

const draw = async (engine: Engine) => {
  const scan = await prepareScan({ seed: 4, frames: 8, width: 2400, height: 1800, slideWidth: 2560, slideHeight: 1920, density: 0.7 });
  const truth = scan.truth();
  const pool = createFramePool({ maxBuffers: 8 });
  async function* frames(): AsyncGenerator<Frame> {
    for await (const { frame } of renderFrames(scan, pool)) yield frame;
  }
  const ports = { engine, now: () => 0 };
  const options = { umPerPx: truth.umPerPx };
  const counter: SmearCounter = createSmearCounter(ports, options);
  for await (const { frame } of countFrames(frames(), ports, options, counter)) frame[Symbol.dispose]();
  const [first] = truth.frames;
  const drawn = counter.cells.flatMap((cell) => {
    const drawing = counter.drawings.of(cell.id);
    if (cell.state !== 'counted' || drawing === undefined) return [];
    const place = translateBox(counter.placeOf(cell), first!);
    return [{ classIndex: cell.classIndex, place, outline: unpackOutline(drawing.outline, { x: place[0], y: place[1] }) }];
  });
  const counted = counter.cells.filter(({ state }) => state === 'counted').length;
  return { slide: scan.slide, umPerPx: truth.umPerPx, drawn, counted };
};

describe('outlines on the map of a virtual scan', () => {
  test('lie on the true pixels of cells, and give their sizes', async () => {
    await using engine = (await loadEngine({ model: 'default', engine: 'onnx:cpu', threads: 1, outlines: true })).engine;
    expect(engine.draws).toContain('cell');
    const { slide, umPerPx, drawn, counted } = await draw(engine);
    expect(drawn.length).toBe(counted);
    const red = engine.card.classes.indexOf('RBC');
    const alone = slide.cells.filter(({ class: name, box }) => {
      const around = insetBox(box, -ALONE_PX - 2);
      const isInside = around[0] > 1 && around[1] > 1 && around[2] < slide.widthPx - 1 && around[3] < slide.heightPx - 1;
      return name === 'RBC' && isInside && slide.cells.filter((other) => overlapArea(other.box, around) > 0).length === 1;
    });
    const pairs = alone.flatMap(({ box }) => {
      const match = drawn.find(({ place, classIndex }) => classIndex === red && iou(place, box) > 0.5);
      return match === undefined ? [] : [{ outline: match.outline, mask: trueMask(slide, box) }];
    });
    expect(pairs.length).toBeGreaterThan(20);
    const ious = pairs.map(({ mask, outline }) => likeness(mask, outline));
    const mean = ious.reduce((sum, value) => sum + value, 0) / ious.length;
    const um2 = umPerPx * umPerPx;
    const measured = sizesOf(pairs.map(({ outline }) => outlineArea(outline) * um2));
    const real = sizesOf(pairs.map(({ mask }) => mask.areaPx * um2));
    const errors = pairs.map(({ outline, mask }) => diameterOf(outlineArea(outline)) / diameterOf(mask.areaPx) - 1);
    const said = `${pairs.length} cells: mean IoU ${mean.toFixed(3)}, ${measured.meanDiameterUm} µm for ${real.meanDiameterUm}`;
    expect(mean, said).toBeGreaterThan(0.9);
    expect(Math.abs(measured.meanDiameterUm! / real.meanDiameterUm! - 1), said).toBeLessThan(0.03);
    expect(Math.abs(measured.rdwPercent! - real.rdwPercent!)).toBeLessThan(3);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.12);
  });
});
