import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreement } from '../../../domain/agreement.ts';
import { cellPage } from '../../../domain/cell-record.ts';
import { configuration } from '../../../domain/configuration.ts';
import { changeAnswer, correctionPage, reviewedStory, reviewState, signatureList } from '../../../domain/review.ts';
import { problem } from '../../../domain/wire.ts';
import { runCommandLine } from '../../../server/cli/run-command-line.ts';
import { type HttpServer, startHttpServer } from '../../../server/http/http-server.ts';
import { keyframePictureFile } from '../../../server/sessions/session-folder.ts';
import { type MadeSession, makeReviewSession } from './review-session.ts';

let home = '';
let server: HttpServer;
let session: MadeSession;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-review-http-'));
  session = makeReviewSession(home, 12_000);
  server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir: home }),
    version: '0.0.0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

const get = async (path: string, id = session.id): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${server.url}/api/sessions/${id}/${path}`);
  return { status: answer.status, body: await answer.json() };
};
const post = async (path: string, body: unknown, id = session.id): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${server.url}/api/sessions/${id}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};
const messageOf = (body: unknown): string => problem.parse(body).error.message;

describe('reviewing over HTTP', () => {
  test('corrects, takes back, shows the history and the cells of a reading', async () => {
    const { status, body } = await post('corrections', { reading: 1, by: ' Reader A ', change: { kind: 'delete', cells: [1, 2] } });
    expect(status).toBe(200);
    expect(changeAnswer.parse(body)).toMatchObject({ n: 1, cells: [{ id: 1, state: 'withdrawn' }, { id: 2 }], review: { by: 'Reader A' } });
    const undone = await post('corrections/undo', { reading: 1, by: 'Reader A' });
    expect(changeAnswer.parse(undone.body).review).toMatchObject({ redo: '2 cells deleted' });
    expect(changeAnswer.parse((await post('corrections/redo', { reading: 1, by: 'Reader A' })).body).n).toBe(3);
    expect(correctionPage.parse((await get('corrections?reading=1&limit=2')).body)).toMatchObject({
      total: 3,
      corrections: [{ n: 3 }, { n: 2 }],
    });
    expect(reviewState.parse((await get('review?reading=2')).body)).toMatchObject({ reading: 2, head: 0 });
    const pages = await Promise.all(['cells?limit=1', 'cells?limit=1&reading=1', 'cells?limit=1&reading=2'].map((path) => get(path)));
    expect(pages.map((page) => cellPage.parse(page.body).total)).toEqual([12_000, 11_998, 12_000]);
    expect(reviewedStory.parse((await get('cells/1?reading=1')).body)).toMatchObject({
      cell: { correction: 'deleted' },
      corrections: [{ n: 1 }],
    });
    expect((await get('cells/1')).body).not.toHaveProperty('corrections');
  });

  test('takes ten thousand cells in one change and no more', async () => {
    const cells = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 100);
    const most = await post('corrections', { reading: 1, by: 'Reader A', change: { kind: 'mark', cells: cells(10_000), uncertain: true } });
    expect(changeAnswer.parse(most.body).review.uncertain).toBe(10_000);
    expect((await post('corrections/undo', { reading: 1, by: 'Reader A' })).status).toBe(200);
    const more = await post('corrections', { reading: 1, by: 'Reader A', change: { kind: 'mark', cells: cells(10_001), uncertain: true } });
    expect(more.status).toBe(400);
    expect((await post('corrections', { reading: 1, by: 'Reader A', change: 'x'.repeat(300_000) })).status).toBe(413);
  });

  test.each<[string, string, unknown, number, RegExp]>([
    [
      'no such cell',
      'corrections',
      { reading: 1, by: 'Reader A', change: { kind: 'delete', cells: [99_999] } },
      409,
      /^no cell 99999 in this reading/,
    ],
    ['nobody', 'corrections', { reading: 1, by: '  ', change: { kind: 'delete', cells: [3] } }, 400, /by/],
    ['a third reading', 'corrections', { reading: 3, by: 'Reader A', change: { kind: 'delete', cells: [3] } }, 400, /reading/],
    ['an unknown change', 'corrections', { reading: 1, by: 'Reader A', change: { kind: 'paint', cells: [3] } }, 400, /change|kind/],
    [
      'an inside-out box',
      'corrections',
      { reading: 1, by: 'Reader A', change: { kind: 'add', class: 'RBC', island: 1, box: [9, 0, 3, 5] } },
      400,
      /box/,
    ],
    ['nothing to undo', 'corrections/undo', { reading: 2, by: 'Reader B' }, 409, /^nothing to undo in reading 2/],
    ['a role that is none', 'signatures', { reading: 1, by: 'Reader A', role: 'king' }, 400, /role/],
  ])('refuses in one line: %s', async (_name, path, body, status, line) => {
    const answer = await post(path, body);
    expect(messageOf(answer.body)).toMatch(line);
    expect(messageOf(answer.body)).not.toContain('\n');
    expect(answer.status).toBe(status);
  });

  test('shows a picture of a cell that was drawn, cut from the field that it lies in', async () => {
    const path = keyframePictureFile(session.folder, 1);
    mkdirSync(dirname(path), { recursive: true });
    const square = { input: { create: { width: 40, height: 30, channels: 3 as const, background: 'red' } }, left: 200, top: 100 };
    await sharp({ create: { width: 400, height: 200, channels: 3, background: 'white' } })
      .composite([square])
      .jpeg()
      .toFile(path);
    const change = { kind: 'add', class: 'WBC', island: 1, box: [200, 100, 240, 130] };
    const { cells } = changeAnswer.parse((await post('corrections', { reading: 1, by: 'Reader A', change })).body);
    expect(cells).toMatchObject([{ cropVersion: 1 }]);
    const crop = await fetch(`${server.url}/api/sessions/${session.id}/cells/${cells[0]!.id}/crop?v=1`);
    expect(crop.headers.get('content-type')).toBe('image/jpeg');
    const { data, info } = await sharp(Buffer.from(await crop.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([60, 46]);
    const middle = 3 * (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2));
    expect(data[middle]! - data[middle + 1]!).toBeGreaterThan(200);
    expect(data[0]! - data[1]!).toBeLessThan(30);
    expect((await fetch(`${server.url}/api/sessions/${session.id}/cells/${cells[0]!.id + 5}/crop`)).status).toBe(404);
    await post('corrections/undo', { reading: 1, by: 'Reader A' });
  });

  test('a session that is not there is said', async () => {
    const gone = '20260101-000000-000000';
    for (const answer of [
      await get('review', gone),
      await get('agreement', gone),
      await post('corrections/undo', { reading: 1, by: 'A' }, gone),
    ]) {
      expect(answer.status).toBe(404);
      expect(messageOf(answer.body)).toMatch(/^no session 20260101/);
    }
  });

  test('signs, and compares with the second reading', { timeout: 30_000 }, async () => {
    expect(await get('agreement')).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('no second reading') } },
    });
    expect(reviewState.parse((await post('signatures', { reading: 1, by: 'Reader A', role: 'reader' })).body)).toMatchObject({
      locked: true,
      signedVersion: 1,
    });
    expect((await post('corrections', { reading: 2, by: 'Reader A', change: { kind: 'delete', cells: [3] } })).status).toBe(409);
    await post('corrections', { reading: 2, by: 'Reader B', change: { kind: 'reclassify', cells: [3], class: 'WBC' } });
    expect(agreement.parse((await get('agreement')).body)).toMatchObject({
      cells: 12_000,
      differing: 3,
      by: { first: 'Reader A', second: 'Reader B' },
    });
    expect(signatureList.parse((await get('signatures')).body).signatures).toMatchObject([{ by: 'Reader A', version: 1 }]);
  });
});

test('the command line shows the history, signs and compares', { timeout: 60_000 }, async () => {
  const { id, folder } = makeReviewSession(home, 40);
  expect(folder).toContain(id);
  const run = async (...words: string[]) => {
    const said = { stdout: '', stderr: '' };
    const code = await runCommandLine(['sessions', ...words, '--data-dir', home], {
      stdout: (text) => {
        said.stdout += text;
      },
      stderr: (text) => {
        said.stderr += text;
      },
      signal: new AbortController().signal,
      command: words.join(' '),
    });
    return { code, ...said };
  };
  expect(await run('agreement', id)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^session .* has no first reading: .*\n$/) });
  expect(await run('sign', id, '--by', 'Reader A', '--role', 'second reader', '--reading', '1')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^reading 1 is the first reader’s/),
  });
  expect(await run('sign', id, '--by', 'Reader A', '--comment', 'fine')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^signed: .*Reader A \(reader\).*“fine”\n$/),
  });
  const signed = await run('sign', id, '--by', 'Reader B', '--role', 'second reader', '--json');
  expect(JSON.parse(signed.stdout)).toMatchObject({
    schema: 'smearscope.signature/1',
    signature: { by: 'Reader B', reading: 2, version: 1 },
  });
  const history = await run('corrections', id, '--json');
  expect(JSON.parse(history.stdout)).toMatchObject({
    schema: 'smearscope.corrections/1',
    review: { locked: true, counts: { RBC: { n: 36 } } },
    total: 0,
  });
  const compared = await run('agreement', id, '--json');
  expect(JSON.parse(compared.stdout)).toMatchObject({ schema: 'smearscope.agreement/1', cells: 40, agreed: 40 });
  expect((await run('agreement', id)).stdout).toMatch(/40 of 40 cells agree\nCohen’s κ 1.000 \(95 %: 1.000 to 1.000\)/);
  expect(await run('corrections', id, '--reading', '7')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--reading: /) });
});
