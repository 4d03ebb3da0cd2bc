import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { outlineArea } from '../../../domain/outline.ts';
import { openDataset } from '../../../models/datasets/open-dataset.ts';
import { exportFormatOf } from '../../../server/export/export-formats.ts';
import { openExportSource } from '../../../server/export/export-source.ts';
import { askPython, lacks, type PythonReader } from './ask-python.ts';
import { type drawnCell, drawnSource, isTangled } from './drawn-source.ts';
import { countScan, type ReviewedScan, reviewScan } from './reviewed-scan.ts';

const UM_PER_PX = 0.072;
// Readers in Python take their time to start where other work is done.
vi.setConfig({ testTimeout: 120_000 });
let scan: ReviewedScan;
let cells: ReturnType<typeof drawnCell>[] = [];
const at = (...names: string[]): string => join(scan.home, ...names);
const there = (reader: PythonReader) => test.skipIf(lacks(reader));

beforeAll(async () => {
  scan = await countScan();
  reviewScan(scan);
  using source = openExportSource(scan.folder, { program: 'test', now: 0 });
  const drawn = drawnSource(source);
  cells = [...drawn.cells()];
  for (const name of ['coco', 'yolo-seg', 'labels']) {
    const format = exportFormatOf(name);
    mkdirSync(at(name));
    if (format.kind === 'folder') await format.write(drawn, at(name), {});
  }
  for (const name of ['csv', 'geojson', 'pdf', 'fhir']) {
    const format = exportFormatOf(name);
    if (format.kind === 'text')
      writeFileSync(at(name), Buffer.concat((await Array.fromAsync(format.chunks(drawn, {}))).map((part) => Buffer.from(part as string))));
  }
}, 240_000);
afterAll(() => scan?.[Symbol.dispose]());

describe('COCO', () => {
  there('coco_masks')('is read by pycocotools: a valid polygon for each cell, within the picture, of the area that is said', () => {
    const found = askPython('coco_masks', at('coco', 'annotations', 'train.json'));
    expect(found).toMatchObject({ crowd: 0, rings: [1], valid: true, inside: true });
    expect(found['marks']).toBeGreaterThan(10);
    expect(found['corners']).toBeGreaterThan(20);
    expect(found['areaOff']).toBeLessThan(0.011);
    // A mask is off by the pixels along the outline, at most.
    expect(found['maskOff']).toBeLessThan(0.6);
  });
});

describe('QuPath GeoJSON', () => {
  there('geojson_cells')('is read by shapely: cells with their nuclei and measures, all valid', () => {
    const found = askPython('geojson_cells', at('geojson'));
    const drawn = cells.filter(({ drawing }) => drawing !== undefined);
    const white = drawn.filter(({ drawing }) => drawing?.nucleus !== undefined);
    expect(white.length).toBeGreaterThan(0);
    expect(found).toMatchObject({ types: ['cell', 'detection'], cells: drawn.length, nuclei: white.length, valid: true, numbers: true });
    expect(found['names']).toEqual(
      expect.arrayContaining([
        'Area µm^2',
        'Central pallor',
        'Circularity',
        'Diameter µm',
        'Eccentricity',
        'Nucleus/Cell area ratio',
        'Perimeter µm',
      ]),
    );
    const areas = found['areas'] as [number, number][];
    for (const [i, id] of (found['ids'] as number[]).entries()) {
      const [px2, um2] = areas[i]!;
      // Of an outline that crosses itself the largest loop is drawn; its measures are those that were counted with.
      if (!isTangled(id)) expect(Math.abs(px2 * UM_PER_PX ** 2 - um2)).toBeLessThan(0.002 * um2 + 0.01);
    }
  });
});

describe('CSV', () => {
  test('has the measures of drawn cells, and none of others', () => {
    const [head, ...lines] = readFileSync(at('csv'), 'utf8').trim().split('\r\n');
    const columns = head!.split(',');
    const rows = lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [columns[i], value])));
    expect(columns).toEqual(expect.arrayContaining(['area_um2', 'diameter_um', 'pallor', 'nucleus_share']));
    for (const [i, cell] of cells.entries()) {
      const { area_um2: area, diameter_um: diameter, pallor } = rows[i]!;
      if (cell.drawing === undefined) expect([area, diameter, pallor]).toEqual(['', '', '']);
      else expect(Number(diameter)).toBeCloseTo(2 * Math.sqrt(Number(area) / Math.PI), 2);
      if (cell.class === 'RBC' && cell.drawing !== undefined) expect(pallor).toBe('0.33');
    }
  });
});

describe('YOLO with outlines', () => {
  test('is read again with an outline for each cell', async () => {
    const set = await openDataset(at('yolo-seg'), { format: 'yolo' });
    const marks = set.splits.flatMap(({ fields }) => fields.flatMap((field) => field.marks));
    expect(marks.length).toBeGreaterThan(10);
    for (const { outline, box } of marks) {
      const [ring] = outline as readonly (readonly number[])[];
      expect(outlineArea(ring!)).toBeGreaterThan(0);
      expect(outlineArea(ring!)).toBeLessThanOrEqual((box[2] - box[0]) * (box[3] - box[1]) + 0.1);
    }
  });
});

describe('label images', () => {
  there('labels')('are read by Pillow and tifffile: numbers, classes and table say the same', () => {
    const found = askPython('labels', at('labels'));
    expect(found).toMatchObject({ modes: ['I;16', 'P'], same: true });
    const table = JSON.parse(readFileSync(at('labels', 'labels.json'), 'utf8'));
    expect(table).toMatchObject({ schema: 'smearscope.labels/1', drawn: true, reviewed: true, umPerPx: UM_PER_PX, islandsTooLarge: [] });
    expect(table.pictures.slice(0, 2)).toMatchObject([{ keyframe: 1 }, { keyframe: 2 }]);
    expect(readdirSync(at('labels', 'images'))).toHaveLength(2);
    const [slide] = table.pictures.filter(({ keyframe }: { keyframe?: number }) => keyframe === undefined);
    const here = cells.filter(({ island }) => island === slide.island).map(({ id }) => id);
    const painted = slide.labels.map(({ cell }: { cell: number }) => cell);
    expect(here).toEqual(expect.arrayContaining(painted));
    // A cell that the edge cuts may lie beyond it.
    expect(painted.length).toBeGreaterThan(here.length - 4);
    expect(found['labelled']).toBeGreaterThan(slide.labels.length * 0.9);
  });
});

describe('reports', () => {
  there('pdf')('say how large the cells are, with a histogram of the red ones', () => {
    const text = String(askPython('pdf', at('pdf'))['text']).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(
      /Sizes Class Cells drawn .*Red cells: mean diameter \d\.\d\d µm \(95 % .*distribution width of \d+ cells \d+\.\d %/,
    );
    expect(text).toContain('no analyser’s RDW');
  });

  there('fhir')('have the mean diameter and the width as Observations', () => {
    expect(askPython('fhir', at('fhir'))).toMatchObject({ status: 'preliminary' });
    const { entry } = JSON.parse(readFileSync(at('fhir'), 'utf8')) as {
      entry: { resource: { code?: { text: string }; valueQuantity?: { value: number; code: string }; component?: unknown[] } }[];
    };
    const named = (text: string) => entry.find(({ resource }) => resource.code?.text === text)?.resource;
    const { valueQuantity, component } = named('Red cells, mean diameter')!;
    expect(valueQuantity).toMatchObject({ code: 'um' });
    expect(valueQuantity!.value).toBeGreaterThan(4);
    expect(valueQuantity!.value).toBeLessThan(11);
    expect(component).toHaveLength(2);
    expect(named('Red cells, distribution width of areas')).toMatchObject({ valueQuantity: { code: '%' } });
  });
});
