import type { CountDocument, CountedCell } from '../../domain/count-document.ts';
import { drawnCell } from '../../domain/drawn-cell.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { ExcludedGround } from '../../domain/ground.ts';
import { sizesOf } from '../../domain/size-distribution.ts';
import { binomialInterval, poissonInterval } from '../../domain/statistics.ts';
import type { Engine } from '../../models/engine.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import type { Scale } from '../find-scale.ts';
import { flowLines } from './flow-report.ts';
import { statisticsLines } from './statistics-lines.ts';

/** The class whose sizes are told. */
const RED_CLASS = 'RBC';

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Sizes of the red cells among those counted, where any is drawn. */
export const redCellSizes = (cells: readonly CountedCell[]): CountDocument['sizes'] => {
  const areas = cells.flatMap(({ class: name, shape }) => (name === RED_CLASS && shape !== undefined ? [shape.areaUm2] : []));
  return areas.length === 0 ? undefined : { class: RED_CLASS, ...sizesOf(areas) };
};

export const countedCells = (counter: SmearCounter, classes: readonly string[], umPerPx: number): CountedCell[] =>
  counter.cells
    .filter((cell) => cell.state === 'counted')
    .map((cell) => {
      const [x0, y0, x1, y1] = counter.placeOf(cell);
      return {
        id: cell.id,
        class: classes[cell.classIndex] ?? String(cell.classIndex),
        score: rounded(cell.score, 4),
        box: [rounded(x0, 1), rounded(y0, 1), rounded(x1, 1), rounded(y1, 1)],
        firstSeenMs: rounded(cell.firstSeenMs, 1),
        sightings: cell.sightings,
        island: cell.keyframe.island,
        ...drawnCell(counter.drawings.of(cell.id), [x0, y0, x1, y1], umPerPx),
      };
    });

const roundedGround = ({ share, cells, ...areas }: ExcludedGround): ExcludedGround => ({
  share: rounded(share, 4),
  thickUm2: rounded(areas.thickUm2, 1),
  thinUm2: rounded(areas.thinUm2, 1),
  unfocusedUm2: rounded(areas.unfocusedUm2, 1),
  cells,
});

/** What a way of counting adds to the document. */
export type CountedSpecimen = Pick<CountDocument, 'specimen' | 'cells' | 'flow' | 'statistics' | 'sizes' | 'edgeRule'> & {
  readonly pieces?: CountDocument['slide']['pieces'];
};

/** What `count` prints: the last report's tallies, exact intervals for the totals, and the cells where they are asked for. */
export const countDocumentOf = (
  source: string,
  scale: Scale & { readonly profile?: string | undefined },
  engine: Engine,
  report: FieldReport,
  specimen: CountedSpecimen,
  { elapsedMs, decodeMs }: { readonly elapsedMs: number; readonly decodeMs: number },
): CountDocument => {
  const { name, version, classes } = engine.card;
  const { decoded, registered, inferred, rejected } = report.frames;
  const stages = { decode: decodeMs / Math.max(1, decoded), ...report.stageMs };
  return {
    schema: 'smearscope.count/1',
    source,
    specimen: specimen.specimen,
    model: { name, version },
    engine: engine.name,
    umPerPx: rounded(scale.umPerPx, 5),
    umPerPxFrom: scale.from,
    ...(scale.profile === undefined ? {} : { calibration: scale.profile }),
    frames: { decoded, registered, inferred, rejected },
    counts: Object.fromEntries(
      classes.map((className, i) => {
        const n = report.counts[i] ?? 0;
        const { low, high } = poissonInterval(n);
        return [className, { n, low: rounded(low, 1), high: rounded(high, 1) }];
      }),
    ),
    ...(specimen.cells === undefined ? {} : { cells: specimen.cells }),
    ...(specimen.flow === undefined ? {} : { flow: specimen.flow }),
    ...(specimen.edgeRule === undefined ? {} : { edgeRule: specimen.edgeRule }),
    ...(specimen.statistics === undefined ? {} : { statistics: specimen.statistics }),
    ...(specimen.sizes === undefined ? {} : { sizes: specimen.sizes }),
    slide: {
      islands: report.slide.islands,
      areaUm2: rounded(report.slide.areaUm2, 1),
      ...(report.slide.excluded === undefined ? {} : { excluded: roundedGround(report.slide.excluded) }),
      ...(specimen.pieces === undefined ? {} : { pieces: specimen.pieces }),
    },
    timing: {
      elapsedMs: Math.round(elapsedMs),
      fps: rounded((decoded * 1000) / elapsedMs, 1),
      stageMs: Object.fromEntries(Object.entries(stages).map(([stage, ms]) => [stage, rounded(ms, 2)])),
    },
  };
};

const FROM: Record<CountDocument['umPerPxFrom'], string> = {
  given: 'given',
  source: 'from the source',
  bundle: 'assumed, as the model was trained: give --um-per-px',
  estimated: 'estimated from the red cells',
  calibration: 'from the calibration profile',
};

const percent = (share: number): string => `${(share * 100).toFixed(1)}`;

/** What the table says of ground that was kept out. */
const groundLines = (excluded: ExcludedGround | undefined): string[] => {
  if (excluded === undefined || excluded.share === 0) return [];
  const kinds = [
    ['too thick', excluded.thickUm2],
    ['too thin', excluded.thinUm2],
    ['only seen out of focus', excluded.unfocusedUm2],
  ] as const;
  const named = kinds.filter(([, um2]) => um2 > 0).map(([name, um2]) => `${Math.round(um2)} µm² ${name}`);
  return [`${percent(excluded.share)} % of the ground kept out of the count (${named.join(', ')}), with ${excluded.cells} cells`];
};

const sizeLines = (sizes: CountDocument['sizes']): string[] => {
  if (sizes?.meanDiameterUm === undefined || sizes.meanAreaUm2 === undefined) return [];
  const { class: name, n, beyond, meanDiameterUm, sdDiameterUm, meanAreaUm2, rdwPercent } = sizes;
  const spread = sdDiameterUm === undefined ? '' : ` ± ${sdDiameterUm.toFixed(2)}`;
  const width = rdwPercent === undefined ? '' : `; distribution width estimated from areas ${rdwPercent.toFixed(1)} %`;
  return [
    `${name} ${meanDiameterUm.toFixed(2)}${spread} µm across, ${meanAreaUm2.toFixed(1)} µm²${width} (${n - beyond} of ${n} drawn cells)`,
  ];
};

/** The document as a table for a person. */
export const countTable = (document: CountDocument): string => {
  const { counts, frames, slide, timing, model } = document;
  const total = Object.values(counts).reduce((sum, { n }) => sum + n, 0);
  const rows = Object.entries(counts).map(([name, { n, low, high }]) => {
    const share = binomialInterval(n, total);
    const shareText = total === 0 ? '' : `${percent(n / total)} (${percent(share.low)}–${percent(share.high)})`;
    return [name, String(n), `${low}–${high}`, shareText];
  });
  const all = poissonInterval(total);
  const table = [
    ['class', 'counted', '95 % interval', 'share % (95 %)'],
    ...rows,
    ['all', String(total), `${all.low.toFixed(1)}–${all.high.toFixed(1)}`, ''],
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   ');
  const rejected = Object.entries(frames.rejected).map(([reason, n]) => `${n} ${reason}`);
  return [
    `${document.source}: ${model.name} ${model.version} on ${document.engine}, ${document.umPerPx} µm/px (${FROM[document.umPerPxFrom]})`,
    '',
    ...table.map(line),
    '',
    `${frames.decoded} frames, ${document.specimen === 'flow' ? '' : `${frames.registered} registered, `}${frames.inferred} inferred; not counted: ${rejected.join(', ') || 'none'}`,
    ...flowLines(document),
    ...statisticsLines(document.statistics),
    ...sizeLines(document.sizes),
    ...groundLines(slide.excluded),
    `${document.specimen === 'flow' ? '' : `${Math.round(slide.areaUm2)} µm² of the slide in ${slide.islands} piece${slide.islands === 1 ? '' : 's'}; `}${(timing.elapsedMs / 1000).toFixed(1)} s, ${timing.fps} frames/s`,
    '',
  ].join('\n');
};
