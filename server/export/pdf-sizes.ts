import { classColour } from '../../domain/class-colours.ts';
import type { SizeDistribution } from '../../domain/size-distribution.ts';
import { RED_CELLS, redCellFigures, sizesByClass } from './cell-sizes.ts';
import type { ExportSource } from './export-source.ts';
import { type Cell, INK, type Sheet } from './pdf-sheet.ts';

const HIGH = 78;
const FOOT = 14;
/** Marks under the histogram stand so many micrometres apart. */
const MARK_UM = 2;

/** How many cells of each diameter there are, between the smallest and the largest. */
const histogram = ({ doc, text, x, width, ...sheet }: Sheet, { counts, binUm }: SizeDistribution, colour: string): void => {
  const first = Math.max(0, counts.findIndex((n) => n > 0) - 1);
  const last = Math.min(counts.length - 1, counts.findLastIndex((n) => n > 0) + 1);
  const most = Math.max(...counts);
  const step = width / (last - first + 1);
  const floor = sheet.y + HIGH;
  for (let bin = first; bin <= last; bin++) {
    const tall = ((HIGH - 4) * counts[bin]!) / most;
    if (tall > 0) doc.rect(x + (bin - first) * step + 0.5, floor - tall, Math.max(0.5, step - 1), tall).fill(colour);
  }
  doc
    .moveTo(x, floor)
    .lineTo(x + width, floor)
    .lineWidth(0.5)
    .strokeColor(INK.line)
    .stroke();
  const style = { size: 7, colour: INK.quiet };
  for (let um = Math.ceil((first * binUm) / MARK_UM) * MARK_UM; um <= (last + 1) * binUm; um += MARK_UM) {
    const at = x + (um / binUm - first) * step;
    const label = `${um}`;
    const left = Math.min(x + width - text.widthOf(label, style), Math.max(x, at - text.widthOf(label, style) / 2));
    text.line(label, left, floor + 3, style);
  }
};

const withError = (mean: number | undefined, sd: number | undefined): string =>
  mean === undefined ? '–' : sd === undefined ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${sd.toFixed(2)}`;

/** Sizes of the cells that the model drew, and how wide the red ones spread; nothing where it drew none. */
export const sizesSection = (sheet: Sheet, source: ExportSource): void => {
  const sizes = sizesByClass(source);
  if (sizes.size === 0) return;
  sheet.heading('Sizes');
  sheet.table(
    [
      { title: 'Class', width: 106 },
      { title: 'Cells drawn', width: 70, align: 'right' },
      { title: 'of them not one whole cell', width: 110, align: 'right' },
      { title: 'Diameter, µm (mean ± SD)', width: 125, align: 'right' },
      { title: 'Area, µm² (mean)', width: 96, align: 'right' },
    ],
    [...sizes].map(([name, { n, beyond, meanDiameterUm, sdDiameterUm, meanAreaUm2 }]): Cell[] => [
      { text: name, chip: classColour(source.facts.classes.indexOf(name)) },
      n.toLocaleString('en-US'),
      beyond.toLocaleString('en-US'),
      withError(meanDiameterUm, sdDiameterUm),
      meanAreaUm2 === undefined ? '–' : meanAreaUm2.toFixed(1),
    ]),
  );
  const red = sizes.get(RED_CELLS);
  const figures = redCellFigures(red);
  if (red === undefined || figures === undefined) return;
  const { n, diameterUm, rdwPercent } = figures;
  sheet.need(HIGH + FOOT + 40);
  sheet.say(
    `Red cells: mean diameter ${diameterUm.value.toFixed(2)} µm (95 % ${diameterUm.low.toFixed(2)} – ${diameterUm.high.toFixed(2)}), distribution width of ${n.toLocaleString('en-US')} cells ${rdwPercent.value.toFixed(1)} % (95 % ${rdwPercent.low.toFixed(1)} – ${rdwPercent.high.toFixed(1)}). Cells by diameter in µm, the highest bar ${Math.max(...red.counts).toLocaleString('en-US')} cells:`,
  );
  histogram(sheet, red, classColour(source.facts.classes.indexOf(RED_CELLS)));
  sheet.y += HIGH + FOOT;
  sheet.say(
    'Diameters are those of circles of the same area. The width is the spread of the areas of flat, dried cells, no analyser’s RDW, which is of volumes; what the outlines are off by is in it.',
    { size: 7.5, colour: INK.quiet },
  );
};
