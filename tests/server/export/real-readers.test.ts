import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CellRecord } from '../../../domain/cell-record.ts';
import { FIRST_REVIEWED_ID } from '../../../domain/review.ts';
import type { DatasetFormat } from '../../../models/datasets/dataset-format.ts';
import { openDataset } from '../../../models/datasets/open-dataset.ts';
import { readMotText } from '../../../models/evaluate/track/mot-text.ts';
import { EXPORT_FORMATS, exportFormatOf } from '../../../server/export/export-formats.ts';
import { exportSession } from '../../../server/export/export-session.ts';
import { openExportSource } from '../../../server/export/export-source.ts';
import { keyframePictureFile } from '../../../server/sessions/session-folder.ts';
import { askPython, lacks, type PythonReader } from './ask-python.ts';
import { countScan, type ReviewedScan, reviewScan, SPECIMEN, signScan } from './reviewed-scan.ts';

const CLASSES = ['RBC', 'WBC', 'Platelets'];
// Readers in Python take their time to start where other work is done.
vi.setConfig({ testTimeout: 120_000 });
let scan: ReviewedScan;
/** Every export as counted, then as reviewed and signed. */
const at = { counted: '', reviewed: '' };
const cells: Record<keyof typeof at, CellRecord[]> = { counted: [], reviewed: [] };

const exportAll = async (name: keyof typeof at): Promise<void> => {
  at[name] = join(scan.home, name);
  mkdirSync(at[name]);
  for (const format of EXPORT_FORMATS) {
    const file = format.kind === 'folder' ? format.format : `${format.format}.${format.extension}`;
    await exportSession(scan.folder, format, join(at[name], file), { program: '1.2.3', now: 1_770_000_200_000 });
  }
  using source = openExportSource(scan.folder, { program: '1.2.3' });
  cells[name] = [...source.cells()];
};

beforeAll(async () => {
  scan = await countScan();
  await exportAll('counted');
  reviewScan(scan);
  signScan(scan);
  await exportAll('reviewed');
}, 240_000);
afterAll(() => scan?.[Symbol.dispose]());

const path = (name: keyof typeof at, ...parts: string[]): string => join(at[name], ...parts);
const ask = (reader: PythonReader, file: string): Record<string, unknown> => askPython(reader, file);
const there = (reader: PythonReader) => test.skipIf(lacks(reader));

describe('the cells of a reading', () => {
  test('are those of the first reader where there is one, else as counted', () => {
    const [before, after] = [new Map(cells.counted.map((cell) => [cell.id, cell])), new Map(cells.reviewed.map((cell) => [cell.id, cell]))];
    expect(before.size).toBeGreaterThan(20);
    expect(after.get(1)).toMatchObject({ class: 'WBC', was: before.get(1)!.class, correction: 'reclassified' });
    expect(after.has(2)).toBe(false);
    expect(after.get(FIRST_REVIEWED_ID)).toMatchObject({ class: 'Platelets', correction: 'added' });
  });

  test('can be asked for as counted after all, and not as read by somebody who never did', async () => {
    const format = exportFormatOf('csv');
    const file = path('reviewed', 'as-counted.csv');
    await exportSession(scan.folder, format, file, { program: '1', reading: 'counted' });
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(path('counted', 'csv.csv'), 'utf8'));
    await expect(exportSession(scan.folder, format, path('reviewed', 'none.csv'), { program: '1', reading: 2 })).rejects.toThrow(
      /nobody wrote in reading 2/,
    );
  });
});

describe('CSV', () => {
  there('csv')('is read by pandas', () => {
    expect(ask('csv', path('reviewed', 'csv.csv'))).toMatchObject({
      rows: cells.reviewed.length,
      classes: expect.arrayContaining(['RBC', 'WBC', 'Platelets']),
    });
    expect(ask('csv', path('reviewed', 'counts.csv'))).toMatchObject({
      rows: 3,
      columns: expect.arrayContaining(['n_low_95', 'share_high_95']),
    });
  });

  test('has a line for each cell, and says what was corrected', () => {
    const lines = readFileSync(path('reviewed', 'csv.csv'), 'utf8').split('\r\n');
    expect(lines).toHaveLength(cells.reviewed.length + 2);
    expect(lines[1]).toMatch(/^1,WBC,RBC,\w+,reclassified,0,/);
    expect(lines.at(-2)).toMatch(new RegExp(`^${FIRST_REVIEWED_ID},Platelets,,counted,added,0,`));
  });
});

describe('labelled fields', () => {
  test.each<[DatasetFormat, number]>([
    ['coco', 0.02],
    ['yolo', 0.02],
    ['voc', 0.02],
  ])('%s hold the cells that each field shows, where it shows them', async (format, tolerance) => {
    for (const name of ['counted', 'reviewed'] as const) {
      const { splits, classes } = await openDataset(path(name, format), { format });
      expect(classes).toEqual(CLASSES);
      const { fields } = splits[0]!;
      // Two fields were looked through; before that, all of them go.
      expect(fields.length).toBe(name === 'reviewed' ? 2 : readdirSync(join(scan.folder, 'map', 'keyframes')).length);
      using source = openExportSource(scan.folder, { program: '1' });
      const [first] = source.keyframes;
      const marks = fields.find(({ file }) => file.endsWith('k00001.jpg'))!.marks;
      const whole = cells[name].filter(
        ({ island, box: [x0, y0, x1, y1] }) =>
          island === first!.island &&
          x0 >= first!.x &&
          y0 >= first!.y &&
          x1 <= first!.x + first!.widthPx &&
          y1 <= first!.y + first!.heightPx,
      );
      expect(whole.length).toBeGreaterThan(3);
      for (const { box, class: label } of whole) {
        const wanted = [box[0] - first!.x, box[1] - first!.y, box[2] - first!.x, box[3] - first!.y];
        const near = marks.find((mark) => mark.label === label && mark.box.every((side, i) => Math.abs(side - wanted[i]!) < tolerance));
        expect(near, `${label} at ${wanted}`).toBeDefined();
      }
      const about = JSON.parse(readFileSync(path(name, format, 'export.json'), 'utf8'));
      expect(about).toMatchObject({ session: scan.id, reviewed: name === 'reviewed', specimenId: SPECIMEN, signed: name === 'reviewed' });
    }
  });

  there('coco')('COCO is read by pycocotools, every box within its picture', () => {
    const found = ask('coco', path('counted', 'coco', 'annotations', 'train.json'));
    expect(found).toMatchObject({ classes: CLASSES, inside: true, images: readdirSync(join(scan.folder, 'map', 'keyframes')).length });
    expect(found['boxes']).toBeGreaterThan(cells.counted.length);
  });

  there('voc')('Pascal VOC is read by lxml', () => {
    const [file] = readdirSync(path('reviewed', 'voc', 'Annotations'));
    const found = ask('voc', path('reviewed', 'voc', 'Annotations', file!));
    expect(found).toMatchObject({ root: 'annotation', file: file!.replace('.xml', '.jpg'), size: [640, 480, 3] });
    expect((found['boxes'] as unknown[]).length).toBeGreaterThan(3);
  });
});

describe('MOTChallenge', () => {
  test('has each cell once in a frame, none that was taken away, and the one that was drawn', () => {
    const rows = readMotText(readFileSync(path('reviewed', 'mot', 'gt', 'gt.txt'), 'utf8'), 'gt.txt', 'truth');
    const ids = new Set(rows.map(({ id }) => id));
    expect(ids.has(1)).toBe(true);
    expect(ids.has(2)).toBe(false);
    expect(ids.has(FIRST_REVIEWED_ID)).toBe(true);
    const known = new Set(cells.reviewed.map(({ id }) => id));
    expect([...ids].every((id) => known.has(id))).toBe(true);
    expect(readFileSync(path('reviewed', 'mot', 'cells.csv'), 'utf8')).toContain('1,WBC\r\n');
  });

  there('mot')('is read by motmetrics, as the truth that it is', () => {
    expect(ask('mot', path('reviewed', 'mot'))).toMatchObject({ length: 150, rate: 30, mota: 1, idf1: 1 });
  });
});

describe('OME-TIFF', () => {
  const file = (): string => path('reviewed', 'ome-tiff.ome.tif');

  test('is read by libvips, level by level, with the pixels of the fields', async () => {
    const picture = await sharp(file()).metadata();
    expect(picture).toMatchObject({ format: 'tiff', channels: 3, resolutionUnit: 'cm', subifds: expect.any(Number) });
    using source = openExportSource(scan.folder, { program: '1' });
    const first = source.keyframes[0]!;
    const [left, top] = [
      Math.min(...source.keyframes.map(({ x }) => Math.floor(x))),
      Math.min(...source.keyframes.map(({ y }) => Math.floor(y))),
    ];
    // Its left part is nearer to the middle of no other field.
    const part = { left: 60, top: 200, width: 40, height: 40 };
    const own = await sharp(keyframePictureFile(scan.folder, first.id)).extract(part).raw().toBuffer();
    const moved = { ...part, left: part.left + Math.round(first.x - left), top: part.top + Math.round(first.y - top) };
    const stitched = await sharp(file()).extract(moved).raw().toBuffer();
    const off = own.reduce((sum, value, i) => sum + Math.abs(value - stitched[i]!), 0) / own.length;
    expect(off).toBeLessThan(4);
    const half = await sharp(file(), { subifd: 0 }).metadata();
    expect(half.width).toBe(Math.ceil(picture.width! / 2));
  });

  there('tiff')('is read by tifffile with its scale and levels, and holds to the schema of OME', () => {
    const found = ask('tiff', file());
    expect(found).toMatchObject({ ome: true, tile: [512, 512], unit: 3 });
    expect((found['perCm'] as number) * 0.072).toBeCloseTo(1e4, 0);
    const levels = found['levels'] as number[][];
    expect(levels.length).toBeGreaterThan(1);
    for (const [i, [height, width]] of levels.entries()) {
      expect(height).toBe(Math.ceil(levels[0]![0]! / 2 ** i));
      expect(width).toBe(Math.ceil(levels[0]![1]! / 2 ** i));
    }
    const means = found['means'] as number[];
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(4);
    if (found['schema'] === true) expect(found).toMatchObject({ umPerPx: 0.072, unitName: 'µm', name: expect.stringContaining(SPECIMEN) });
  });
});

describe('QuPath GeoJSON', () => {
  there('geojson')('is read by shapely: whole polygons on the stitched picture', async () => {
    const found = ask('geojson', path('reviewed', 'geojson.geojson'));
    const { width, height } = await sharp(path('reviewed', 'ome-tiff.ome.tif')).metadata();
    expect(found).toMatchObject({ valid: true, cells: cells.reviewed.length, classes: expect.arrayContaining(['RBC']) });
    const [x0, y0, x1, y1] = found['bounds'] as [number, number, number, number];
    // A cell that the edge cuts was guessed a little beyond it.
    expect([x0 > -200, y0 > -200, x1 < width! + 200, y1 < height! + 200]).toEqual([true, true, true, true]);
  });

  test('names a cell the same in every export', () => {
    const ids = (name: keyof typeof at): Map<number, string> =>
      new Map(
        (
          JSON.parse(readFileSync(path(name, 'geojson.geojson'), 'utf8')) as { features: { id: string; properties: { name: string } }[] }
        ).features.map(({ id, properties }) => [Number(properties.name), id]),
      );
    expect(ids('counted').get(5)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids('counted').get(5)).toBe(ids('reviewed').get(5));
  });
});

describe('FHIR', () => {
  there('fhir')('is read by fhir.resources: preliminary, and final once it is signed', () => {
    expect(ask('fhir', path('counted', 'fhir.fhir.json'))).toMatchObject({ status: 'preliminary' });
    const { status, resources } = ask('fhir', path('reviewed', 'fhir.fhir.json'));
    expect(status).toBe('final');
    expect(resources).toEqual(
      expect.arrayContaining(['DiagnosticReport', 'Observation', 'Specimen', 'Device', 'Practitioner', 'CodeSystem']),
    );
  });

  test('refers to nothing that it does not hold, and explains every code of its own', () => {
    const text = readFileSync(path('reviewed', 'fhir.fhir.json'), 'utf8');
    const { entry } = JSON.parse(text) as {
      entry: { fullUrl: string; resource: { resourceType: string; url?: string; concept?: { code: string }[] } }[];
    };
    const held = new Set(entry.map(({ fullUrl }) => fullUrl));
    expect(held.size).toBe(entry.length);
    for (const [, reference] of text.matchAll(/"reference": "([^"]+)"/g)) expect(held).toContain(reference);
    const { url, concept } = entry.find(({ resource }) => resource.resourceType === 'CodeSystem')!.resource;
    const explained = new Set(concept!.map(({ code }) => code));
    expect(explained.size).toBe(concept!.length);
    for (const [, code] of text.matchAll(new RegExp(`"system": "${url}",\\s*"code": "([^"]+)"`, 'g'))) expect(explained).toContain(code);
  });
});

type PdfFound = {
  readonly size: readonly number[];
  readonly fonts: Readonly<Record<string, boolean>>;
  readonly text: string;
  readonly pictures: number;
  readonly title: string;
};

describe('PDF', () => {
  there('pdf')('is read by pypdf: A4, faces embedded, with what was counted, corrected and signed', () => {
    const { size, fonts, text, pictures, title } = ask('pdf', path('reviewed', 'pdf.pdf')) as PdfFound;
    expect(size.map(Math.round)).toEqual([595, 842]);
    expect(Object.keys(fonts).length).toBeGreaterThan(1);
    expect(Object.values(fonts)).not.toContain(false);
    expect(pictures).toBeGreaterThan(10);
    expect(title).toBe(`Cell count ${scan.id}`);
    for (const words of [
      'SIGNED · VERSION 1',
      'Reader <One>',
      'looked through “twice”',
      'Corrections',
      'smear-detector',
      'Żółć Ωμέγα Иванов',
    ])
      expect(text.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(text).toMatch(/SHA-256 [0-9a-f]{64}/);
    expect(String((ask('pdf', path('counted', 'pdf.pdf')) as PdfFound).text)).toContain('PRELIMINARY · NOT SIGNED');
  });

  test('is whole, embeds its faces, and says that it is PDF/A', () => {
    const first = readFileSync(path('reviewed', 'pdf.pdf'));
    expect(first.subarray(0, 8).toString('latin1')).toBe('%PDF-1.7');
    expect(first.subarray(-6).toString('latin1').trim()).toBe('%%EOF');
    const text = first.toString('latin1');
    expect(text.match(/\/FontFile[23]?\b/g)?.length).toBe(text.match(/\/Type \/FontDescriptor/g)?.length);
    expect(text).toContain('pdfaid');
  });
});
