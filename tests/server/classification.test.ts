import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellClassification } from '../../domain/cell-classification.ts';
import { configuration } from '../../domain/configuration.ts';
import { createClassificationDesk } from '../../server/classify/classification-desk.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';
import type { CellRow } from '../../server/sessions/session-batch.ts';
import { openSessionToWrite } from '../../server/sessions/session-database.ts';
import { createSessionWriter } from '../../server/sessions/session-writer.ts';
import { drawnCell, untrainedClassifier } from '../models/classify/drawn-cells.ts';
import { paintedFacts } from './sessions/painted-session.ts';

const id = '20260131-142501-0c4f9a';
let dataDir = '';
let classifier = '';
let server: HttpServer;
const ask = (cell: number): Promise<Response> => fetch(`${server.url}/api/sessions/${id}/cells/${cell}/classification`);

beforeAll(async () => {
  classifier = await untrainedClassifier();
  dataDir = mkdtempSync(join(tmpdir(), 'smearscope-classification-'));
  const folder = join(dataDir, 'sessions', id);
  mkdirSync(folder, { recursive: true });
  const database = openSessionToWrite(folder);
  const cell = (of: number, classIndex: number): CellRow => ({
    ...{ id: of, classIndex, score: 0.9, state: 'counted', island: 1, box: [20, 20, 60, 60], sightings: 1, firstSeenMs: 1, lastSeenMs: 1 },
  });
  const jpeg = await sharp(await drawnCell('#4a2a80', 1))
    .jpeg()
    .toBuffer();
  const crop = (of: number) => ({ cell: of, frame: 1, quality: 1, x0: 0, y0: 0, widthPx: 72, heightPx: 72, jpeg });
  createSessionWriter(database).write(
    {
      ...{ facts: paintedFacts(id), frames: [], sightings: [], ledger: [], events: [], keyframes: [], videos: [], videoFrames: [] },
      cells: [cell(1, 0), cell(2, 1), cell(3, 1)],
    },
    [crop(1), crop(2)],
  );
  database.close();
  server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir }),
    version: '0.0.0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
    pageFolder: join(dataDir, 'page'),
    classifier,
  });
});
afterAll(async () => {
  await server.close();
  for (const folder of [dataDir, classifier]) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

describe('what a cell is likely to be', () => {
  test('is said of white cells, with a map over the picture', async () => {
    const said = cellClassification.parse(await (await ask(2)).json());
    expect(said.cell).toBe(2);
    expect(said.scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 2);
    expect(said.scores[said.kind]).toBe(Math.max(...said.scores));
    expect([said.map.values.length, Math.max(...said.map.values), Math.min(...said.map.values)]).toEqual([64, 1, 0]);
    // At 0.1 µm/px the square of 64 pixels of 0.2 µm reaches beyond the picture.
    expect(said.map.square).toEqual([-28, -28, 100, 100]);
    expect(said.picture).toEqual({ widthPx: 72, heightPx: 72 });
  });

  test('is not said of red cells, of cells without a picture, or of none', async () => {
    const refused = await ask(1);
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { error: { kind: 'usage', message: 'cell 1 is RBC: white cells and platelets are classified' } },
    ]);
    expect((await ask(3)).status).toBe(404);
    expect((await ask(99)).status).toBe(404);
  });
});

describe('the desk', () => {
  test('says the same again, goes on after a spoilt picture, and takes no more than it can', async () => {
    await using desk = createClassificationDesk(classifier);
    const picture = await drawnCell('#30508a', 2);
    const first = desk.ask('a', picture, 0.2);
    expect(desk.ask('a', picture, 0.2)).toBe(first);
    await expect(desk.ask('b', Buffer.from('no picture'), 0.2)).rejects.toThrow(/cannot be classified/);
    expect((await desk.ask('c', picture, 0.2)).scores).toEqual((await first).scores);
    const many = await Promise.allSettled(Array.from({ length: 70 }, (_, i) => desk.ask(`many ${i}`, picture, 0.2)));
    expect(many.filter(({ status }) => status === 'rejected').length).toBe(6);
  });

  test('says that there is no such classifier', async () => {
    await using desk = createClassificationDesk('/nowhere/at/all');
    await expect(desk.ask('a', await drawnCell('#30508a', 2), 0.2)).rejects.toThrow(/no such model bundle/);
  });
});
