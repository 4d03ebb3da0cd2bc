import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuration } from '../../../domain/configuration.ts';
import { exportList } from '../../../domain/export.ts';
import { EXPORT_FORMATS, exportFormatOf } from '../../../server/export/export-formats.ts';
import { exportSession } from '../../../server/export/export-session.ts';
import { figuresOf, LOCAL_SYSTEM, LOINC } from '../../../server/export/fhir-observations.ts';
import { layOutSlide } from '../../../server/export/slide-layout.ts';
import { startHttpServer } from '../../../server/http/http-server.ts';
import type { SessionBatch } from '../../../server/sessions/session-batch.ts';
import { openSessionToWrite } from '../../../server/sessions/session-database.ts';
import { keyframePictureFile, sessionFolder } from '../../../server/sessions/session-folder.ts';
import { createSessionWriter } from '../../../server/sessions/session-writer.ts';
import { cellAt } from '../review/review-session.ts';
import { askPython, lacks } from './ask-python.ts';

const ID = '20260131-142501-0c4f9a';
const FLOW = '20260131-142502-0c4f9b';
const [WIDTH, HEIGHT] = [400, 300];
/** Two islands: on the first a field in each corner of a wide gap, on the second one field. Each field has a grey of its own. */
const FIELDS = [
  { id: 1, island: 1, x: -100.4, y: -50, grey: 40 },
  { id: 2, island: 1, x: 2000, y: 900, grey: 120 },
  { id: 3, island: 2, x: 0, y: 0, grey: 200 },
];
let home = '';

const make = async (id: string, specimen: 'smear' | 'flow', batch: Partial<SessionBatch>): Promise<void> => {
  const folder = sessionFolder(home, id)!;
  const database = openSessionToWrite(folder);
  const writer = createSessionWriter(database);
  writer.begin(1000);
  const facts = {
    ...{ id, camera: 'main', source: 'simulate:', specimen, classes: ['RBC', '=1+1,"x"'], model: { name: 'tiny', version: '1' } },
    ...{ engine: 'onnx:cpu', umPerPx: 0.1, settings: {}, program: '0', startedAt: 1000, kept: false, flags: ['<&>'], counts: [9, 1] },
    ...{ operator: '=cmd|"x"', specimenId: '../up' },
  };
  const none = { frames: [], sightings: [], cells: [], ledger: [], events: [], keyframes: [], videos: [], videoFrames: [] };
  writer.write({ ...none, ...batch, facts }, []);
  database.close();
  for (const { id: keyframe, grey } of batch.keyframes === undefined ? [] : FIELDS) {
    const path = keyframePictureFile(folder, keyframe);
    mkdirSync(dirname(path), { recursive: true });
    const picture = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: { r: grey, g: grey, b: grey } } });
    writeFileSync(path, await picture.jpeg({ quality: 95 }).toBuffer());
  }
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-exports-'));
  const cells = Array.from({ length: 10 }, (_, i) => cellAt(i + 1, { classIndex: i === 9 ? 1 : 0, island: i < 8 ? 1 : 2 }));
  await make(ID, 'smear', {
    cells,
    keyframes: FIELDS.map(({ grey: _grey, ...place }) => ({ ...place, widthPx: WIDTH, heightPx: HEIGHT })),
  });
  const track = { classIndex: 0, score: 0.9, state: 'confirmed', box: [1, 2, 11, 12] as const };
  const frames = [0, 1].map((frame) => ({
    id: frame,
    atMs: frame * 40,
    state: 'sharp',
    sharpness: 1,
    placement: undefined,
    keyframe: undefined,
  }));
  await make(FLOW, 'flow', { frames, tracks: [0, 1].map((frame) => ({ ...track, frame, track: 7 })) } as Partial<SessionBatch>);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const write = async (format: string, out: string, id = ID, signal?: AbortSignal): Promise<string> =>
  (await exportSession(sessionFolder(home, id)!, exportFormatOf(format), join(home, out), { program: '1', signal })).path;

describe('an export', () => {
  test('writes over nothing, and leaves nothing behind where it was stopped or cannot be', async () => {
    mkdirSync(join(home, 'full', 'coco'), { recursive: true });
    writeFileSync(join(home, 'full', 'coco', 'mine.txt'), 'mine');
    await expect(write('coco', 'full/coco')).rejects.toThrow(/something in the place of the export/);
    await expect(write('csv', 'full/coco/mine.txt')).rejects.toThrow(/something in the place of the export/);
    await expect(write('ome-tiff', 'full/a.tif', ID, AbortSignal.abort())).rejects.toThrow();
    await expect(write('geojson', 'full/a.json', FLOW)).rejects.toThrow(/flowing cells lie on no slide/);
    expect(readdirSync(join(home, 'full'))).toEqual(['coco']);
    expect(() => exportFormatOf('xls')).toThrow(/choose pdf, fhir/);
  });

  test.skipIf(lacks('zip'))('is a ZIP where its name says so, with no name that leads out of it', async () => {
    const path = await write('yolo', 'yolo.zip');
    const { broken, names } = askPython('zip', path);
    expect(broken).toBeNull();
    expect(names).toEqual(expect.arrayContaining(['data.yaml', 'export.json', `labels/train/${ID}-k00001.txt`]));
    expect((names as string[]).some((name) => name.startsWith('/') || name.includes('..'))).toBe(false);
  });

  test('has names that are no formula for a spreadsheet and no element for XML', async () => {
    expect(readFileSync(await write('csv', 'cells.csv'), 'utf8')).toContain(`10,"'=1+1,""x""","'=1+1,""x"""`);
    const tiff = readFileSync(await write('ome-tiff', 'names.ome.tif')).toString('utf8');
    expect(tiff).toContain('UserName="=cmd|&quot;x&quot;"');
  });

  test('of flowing cells has their tracks', async () => {
    const dir = await write('mot', 'flow-mot', FLOW);
    expect(readFileSync(join(dir, 'gt', 'gt.txt'), 'utf8')).toBe('1,7,1,2,10,10,1,1,1\n2,7,1,2,10,10,1,1,1\n');
    for (const { format, flow } of EXPORT_FORMATS.filter((one) => one.flow))
      expect(await write(format, `flow-${format}-x`, FLOW), String(flow)).toBeTruthy();
  });
});

describe('the stitched slide', () => {
  test('has islands beside one another that do not touch', () => {
    const { islands, widthPx, heightPx } = layOutSlide(FIELDS.map((field) => ({ ...field, widthPx: WIDTH, heightPx: HEIGHT })));
    const [first, second] = [islands.get(1)!.box, islands.get(2)!.box];
    expect(first).toEqual([0, 0, 2501, 1250]);
    expect(second[0] >= first[2] + 64 || second[1] >= first[3] + 64).toBe(true);
    expect([widthPx, heightPx]).toEqual([Math.max(first[2], second[2]), Math.max(first[3], second[3])]);
    expect(layOutSlide([])).toMatchObject({ widthPx: 0, heightPx: 0 });
  });

  test('shows each field where it lies, white between them, in every level', async () => {
    const path = await write('ome-tiff', 'slide.ome.tif');
    const { islands } = layOutSlide(FIELDS.map((field) => ({ ...field, widthPx: WIDTH, heightPx: HEIGHT })));
    for (const level of [undefined, 0, 1]) {
      const scale = level === undefined ? 1 : 2 ** (level + 1);
      const { data, info } = await sharp(path, level === undefined ? {} : { subifd: level })
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const at = (x: number, y: number): number => data[(Math.floor(y / scale) * info.width + Math.floor(x / scale)) * 3]!;
      for (const { island, x, y, grey } of FIELDS) {
        const { dx, dy } = islands.get(island)!;
        expect(Math.abs(at(x + dx + WIDTH / 2, y + dy + HEIGHT / 2) - grey), `field of grey ${grey}, level ${level}`).toBeLessThan(4);
      }
      expect(at(1200, 600)).toBeGreaterThan(250);
    }
  });
});

describe('the figures of a FHIR report', () => {
  const codesOf = (counts: Record<string, number>): string[] =>
    figuresOf(counts, []).map(({ coding }) => `${coding.system === LOINC ? 'LOINC ' : ''}${coding.code}`);

  test('have no code of LOINC where it has none for what was counted', () => {
    const figures = figuresOf({ RBC: 90, WBC: 6, Platelets: 4 }, []);
    expect(figures.every(({ coding }) => coding.system === LOCAL_SYSTEM)).toBe(true);
    expect(figures.find(({ coding }) => coding.code === 'share-2-WBC')).toMatchObject({ value: 6, ucum: '%', low: 2.23349, high: 12.603 });
  });

  test('have those of the differential for kinds of white cells, as shares of these alone', () => {
    const counts = { RBC: 900, Neutrophils: 60, 'band neutrophil': 10, LYMPHOCYTE: 25, Monocyte: 5, NRBC: 3 };
    expect(codesOf(counts).filter((code) => code.startsWith('LOINC'))).toEqual([
      'LOINC 26511-6',
      'LOINC 26508-2',
      'LOINC 26478-8',
      'LOINC 26485-3',
      'LOINC 19048-8',
    ]);
    const shares = figuresOf(counts, []).filter(({ coding, ucum }) => coding.system === LOINC && ucum === '%');
    expect(shares.map(({ value }) => value)).toEqual([60, 10, 25, 5]);
    expect(figuresOf(counts, []).find(({ coding }) => coding.code === '19048-8')).toMatchObject({ value: 3, ucum: '/100{WBCs}' });
  });

  test('say of estimates what they assume', () => {
    const estimate = {
      class: 'Platelets',
      perUl: 250_000,
      low: 2e5,
      high: 3e5,
      perField: 16,
      factor: 15_000,
      objective: 100,
      fieldMm2: 0.03,
      assumes: 'a monolayer',
    };
    expect(figuresOf({}, [estimate])).toMatchObject([
      { coding: { code: '49497-1' }, value: 250, ucum: '10*3/uL', note: 'An estimate. It assumes a monolayer.' },
    ]);
  });
});

describe('exports over HTTP', () => {
  test('are listed, sent whole with a plain name, and leave nothing in the data folder', async () => {
    const server = await startHttpServer({
      configuration: configuration.parse({ port: 0, dataDir: home }),
      version: '1.2.3',
      listCameras: async () => [],
      onEvent: () => {},
      onInternal: (line) => console.error(line),
    });
    try {
      const { exports } = exportList.parse(await (await fetch(`${server.url}/api/exports`)).json());
      expect(exports.map(({ format }) => format)).toEqual(EXPORT_FORMATS.map(({ format }) => format));
      const ask = (format: string, query = ''): Promise<Response> => fetch(`${server.url}/api/sessions/${ID}/export/${format}${query}`);
      const [csv, zip] = await Promise.all([ask('csv', '?reading=counted'), ask('voc')]);
      expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="${ID}-csv.csv"`);
      expect((await csv.text()).split('\r\n')).toHaveLength(12);
      const packed = Buffer.from(await zip.arrayBuffer());
      expect([zip.headers.get('content-type'), packed.length]).toEqual(['application/zip', Number(zip.headers.get('content-length'))]);
      expect(packed.subarray(0, 2).toString()).toBe('PK');
      for (const [answer, status, words] of [
        [await ask('csv', '?reading=2'), 400, /nobody wrote in reading 2/],
        [await ask('csv', '?reading=3'), 400, /reading/],
        [await ask('xls'), 400, /choose pdf/],
        [await fetch(`${server.url}/api/sessions/20990101-000000-abcdef/export/csv`), 404, /no session/],
      ] as const) {
        expect(answer.status).toBe(status);
        expect(((await answer.json()) as { error: { message: string } }).error.message).toMatch(words);
      }
      await expect.poll(() => readdirSync(join(home, 'exports-underway'))).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
