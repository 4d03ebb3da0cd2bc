import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import { FaultError } from '../../../domain/fault.ts';
import type { Box } from '../../../domain/geometry.ts';
import type { CommandIo } from '../../command-io.ts';
import { batches } from '../batches.ts';
import type { Canvas } from '../compose-canvas.ts';
import { loadTrainingData } from '../load-training-data.ts';
import type { TrainRecipe } from '../train-options.ts';
import type { Batch } from '../train-step.ts';

/** Where the sheet goes and how many canvases it shows. */
export type ShowOptions = { readonly recipe: TrainRecipe; readonly dataRoot: string; readonly file: string; readonly canvases?: number };

const CANVASES = 24;
const COLUMNS = 4;
const GAP_PX = 6;
const LEGEND_PX = 26;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const colourOf = (classIndex: number, classes: number): string => `hsl(${Math.round((360 * classIndex) / classes + 200) % 360} 90% 40%)`;

const rectangle = ([x0, y0, x1, y1]: Box, style: string): string =>
  `<rect x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}" ${style}/>`;

/** What is known of a canvas, drawn: boxes in the colours of their classes, thinner by weight; slivers grey; unlabelled parts tinted and named. */
const canvasMarks = ({ boxes, slivers, unlabelled = [] }: Canvas, classes: readonly string[]): string =>
  [
    ...unlabelled.map(({ box, classIndexes }) => {
      const names = classIndexes.map((classIndex) => classes[classIndex]).join(', ');
      const words = `<text x="${box[0] + 4}" y="${box[3] - 5}" font-size="12" fill="#a0c">no ${escaped(names)}</text>`;
      return `${rectangle(box, 'fill="#a0c" fill-opacity="0.08" stroke="#a0c" stroke-dasharray="2 3"')}${words}`;
    }),
    ...slivers.map((box) => rectangle(box, 'fill="#444" fill-opacity="0.35" stroke="#444" stroke-dasharray="4 2"')),
    ...boxes.map(({ box, classIndex, weight = 1 }) =>
      rectangle(
        box,
        `fill="none" stroke="${colourOf(classIndex, classes.length)}" stroke-width="1.6" stroke-opacity="${0.25 + 0.75 * weight}"`,
      ),
    ),
  ].join('');

const svg = (widthPx: number, heightPx: number, marks: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" font-family="sans-serif">${marks}</svg>`);

/** Canvas `index` of a batch as a PNG with its marks. */
const drawCanvas = ({ pixels, canvases, widthPx, heightPx }: Batch, index: number, classes: readonly string[]): Promise<Buffer> => {
  const size = widthPx * heightPx * 3;
  const data = Buffer.from(Uint8ClampedArray.from(pixels.subarray(index * size, (index + 1) * size)).buffer);
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .composite([{ input: svg(widthPx, heightPx, canvasMarks(canvases[index]!, classes)) }])
    .png()
    .toBuffer();
};

/** Writes a sheet (PNG) of the canvases that a run by this recipe would begin with. Faults: `data`, `usage`. */
export const showAugmented = async ({ recipe, dataRoot, file, canvases = CANVASES }: ShowOptions, io: CommandIo): Promise<void> => {
  if (!/\.png$/i.test(file))
    throw new FaultError({ kind: 'usage', what: `"${file}" is not a PNG`, remedy: 'name a file that ends in .png' });
  const sources = await loadTrainingData(recipe, dataRoot, { progress: io.progress });
  const supply = batches(recipe, sources);
  const drawn: { picture: Buffer; widthPx: number; heightPx: number }[] = [];
  for (let step = 0; drawn.length < canvases && io.signal?.aborted !== true; step++) {
    const batch = supply.batch(step);
    for (let index = 0; index < batch.canvases.length && drawn.length < canvases; index++)
      drawn.push({ picture: await drawCanvas(batch, index, recipe.classes), widthPx: batch.widthPx, heightPx: batch.heightPx });
  }
  const wide = Math.max(...drawn.map((item) => item.widthPx)) + GAP_PX;
  const high = Math.max(...drawn.map((item) => item.heightPx)) + GAP_PX;
  const columns = Math.min(COLUMNS, drawn.length);
  const width = columns * wide;
  const legend = recipe.classes
    .map((name, index) => `<tspan fill="${colourOf(index, recipe.classes.length)}">${escaped(name)}</tspan>`)
    .concat('<tspan fill="#444">counts neither way</tspan>')
    .join('<tspan>   </tspan>');
  const layers: OverlayOptions[] = drawn.map(({ picture }, index) => ({
    input: picture,
    left: (index % columns) * wide,
    top: LEGEND_PX + Math.floor(index / columns) * high,
  }));
  layers.push({ input: svg(width, LEGEND_PX, `<text x="6" y="18" font-size="15" xml:space="preserve">${legend}</text>`), left: 0, top: 0 });
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await sharp({
    create: { width, height: LEGEND_PX + Math.ceil(drawn.length / columns) * high, channels: 3, background: '#fff' },
  })
    .composite(layers)
    .png()
    .toFile(file)
    .catch((cause: unknown) => {
      throw new FaultError(
        { kind: 'data', path: file, what: 'sheet cannot be written', remedy: 'check the folder and the disk' },
        { cause },
      );
    });
  io.progress(`${drawn.length} canvases drawn in ${file}`);
};
