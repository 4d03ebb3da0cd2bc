import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuration } from '../../domain/configuration.ts';
import { problem, sourceOffer } from '../../domain/wire.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';
import { pageSource } from '../../server/http/page-source.ts';

const TOKEN = 'a-secret-of-enough-letters';
let folder = '';
let open: HttpServer;
let guarded: HttpServer;

const start = (settings: Record<string, unknown>): Promise<HttpServer> =>
  startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir: join(folder, 'data'), ...settings }),
    version: '0.0.0',
    listCameras: async () => [{ kind: 'camera', address: 'camera:bench', label: 'Bench camera' }],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
    pageFolder: join(folder, 'page'),
  });

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'smearscope-http-')));
  await mkdir(join(folder, 'page/assets'), { recursive: true });
  await writeFile(join(folder, 'page/index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(folder, 'page/assets/page.js'), '1');
  await writeFile(join(folder, 'secret.mp4'), 'secret');
  open = await start({});
  guarded = await start({ token: TOKEN });
});
afterAll(async () => {
  await open.close();
  await guarded.close();
  await rm(folder, { recursive: true });
});

/** A request whose headers and path go out as they are: `fetch` forbids some headers and tidies paths. */
const rawRequest = (
  server: HttpServer,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });

const post = (server: HttpServer, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

describe('who is let in', () => {
  test('a page of another origin is not, whether it writes or reads', async () => {
    for (const [method, path] of [
      ['POST', '/api/cameras'],
      ['GET', '/api/cameras'],
      ['DELETE', '/api/cameras/main'],
    ] as const) {
      const { status, body } = await rawRequest(open, path, { origin: 'http://elsewhere.example' }, method);
      expect(status).toBe(403);
      expect(problem.parse(JSON.parse(body)).error.kind).toBe('origin');
    }
    expect((await rawRequest(open, '/api/cameras', { origin: 'null' })).status).toBe(403);
    expect((await rawRequest(open, '/api/cameras', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await rawRequest(open, '/api/cameras', { origin: open.url })).status).toBe(200);
  });

  test('a name that was rebound to this machine is not', async () => {
    expect((await rawRequest(open, '/api/cameras', { host: 'elsewhere.example' })).status).toBe(403);
    expect((await rawRequest(open, '/api/cameras', { host: `localhost:${new URL(open.url).port}` })).status).toBe(200);
  });

  test('with a token set, only who brings it', async () => {
    const statusWith = async (path: string, headers: Record<string, string> = {}) => (await rawRequest(guarded, path, headers)).status;
    expect(await statusWith('/api/cameras')).toBe(401);
    expect(await statusWith('/metrics')).toBe(401);
    expect(await statusWith('/api/cameras', { authorization: 'Bearer wrong-but-long-enough' })).toBe(401);
    expect(await statusWith('/api/cameras?token=')).toBe(401);
    expect(await statusWith('/api/cameras', { authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await statusWith(`/api/cameras?token=${TOKEN}`)).toBe(200);
    expect(await statusWith('/api/health')).toBe(200);
    expect(await statusWith('/')).toBe(200);
  });

  test('nobody beyond loopback without a token: the service does not start', async () => {
    await expect(start({ host: '0.0.0.0' })).rejects.toThrow(/token/);
  });
});

describe('answers', () => {
  test('the page, with its policy', async () => {
    const page = await fetch(`${open.url}/`);
    expect(await page.text()).toContain('<title>page</title>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await fetch(`${open.url}/assets/page.js`)).headers.get('cache-control')).toContain('immutable');
  });

  test.each(['/../secret.mp4', '/%2e%2e/secret.mp4', '/assets/..%2f..%2fsecret.mp4', '/..%5csecret.mp4', '//secret.mp4'])(
    'no way out by %s',
    async (path) => {
      const { status, body } = await rawRequest(open, path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain('secret"');
      expect(body).not.toBe('secret');
    },
  );

  test('every failure in one form', async () => {
    for (const [answer, status] of [
      [await fetch(`${open.url}/api/nothing`), 404],
      [await fetch(`${open.url}/api/cameras/none/counts`), 404],
      [await fetch(`${open.url}/api/cameras/none/pause`, { method: 'POST' }), 404],
      [await post(open, '/api/cameras', { id: 'No Such', source: 'simulate:' }), 400],
      [await post(open, '/api/cameras', { source: 'simulate:', surprise: 1 }), 400],
      [await post(open, '/api/cameras', { source: 'x'.repeat(100_000) }), 413],
      [await fetch(`${open.url}/api/cameras`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }), 400],
    ] as const) {
      expect(answer.status).toBe(status);
      expect(problem.parse(await answer.json()).error.message).not.toContain('\n');
    }
  });

  test('the ledger of a camera as lines or CSV, and nothing else', async () => {
    await open.cameras.open({ id: 'ledger', source: 'none.mp4' });
    const ask = (query: string) => fetch(`${open.url}/api/cameras/ledger/ledger${query}`);
    const lines = await ask('');
    expect([lines.status, lines.headers.get('content-type'), await lines.text()]).toEqual([200, 'application/x-ndjson; charset=utf-8', '']);
    const csv = await ask('?format=csv');
    expect(csv.headers.get('content-disposition')).toContain('smearscope-ledger-ledger.csv');
    expect(await csv.text()).toMatch(/^n,at_ms,kind,cell,class/);
    expect((await ask('?format=xml')).status).toBe(400);
    expect((await fetch(`${open.url}/api/cameras/none/ledger`)).status).toBe(404);
    await open.cameras.remove('ledger');
  });

  test('metrics that a scraper can read', async () => {
    const lines = (await (await fetch(`${open.url}/metrics`)).text()).trim().split('\n');
    for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? -?[\d.e+-]+)$/);
    expect(lines.some((line) => line.startsWith('process_resident_memory_bytes '))).toBe(true);
  });
});

describe('clips from the page', () => {
  const upload = (name: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(`${open.url}/api/sources/upload`, { method: 'POST', headers: { 'x-file-name': encodeURIComponent(name) }, body });

  test('are kept below the data folder under a plain name, and offered', async () => {
    const answer = await upload('../../étude 1.mp4', new Uint8Array([1, 2, 3]));
    expect(answer.status).toBe(201);
    const offer = sourceOffer.parse(await answer.json());
    expect(offer.address).toMatch(/^uploads\/[0-9a-f]{8}-[\w.-]+\.mp4$/);
    expect([...(await readFile(join(folder, 'data', offer.address)))]).toEqual([1, 2, 3]);
    const offers = sourceOffer.array().parse(await (await fetch(`${open.url}/api/sources`)).json());
    expect(offers[0]?.address).toBe('simulate:');
    expect(offers).toContainEqual(offer);
    expect(offers.some(({ address }) => address === 'camera:bench')).toBe(true);
    expect(await pageSource(offer.address, { dataDir: join(folder, 'data'), source: 'simulate:' })).toBe(
      join(folder, 'data', offer.address),
    );
  });

  test('that are none are refused', async () => {
    expect((await upload('notes.txt', 'x')).status).toBe(400);
    expect((await upload('.mp4', 'x')).status).toBe(400);
    expect((await upload('empty.mp4', '')).status).toBe(400);
    const huge = await rawRequest(
      open,
      '/api/sources/upload',
      { 'x-file-name': 'a.mp4', 'content-length': String(3 * 2 ** 30) },
      'POST',
    ).catch(() => ({
      status: 413,
    }));
    expect([400, 413]).toContain(huge.status);
  });
});

describe('what the page may open', () => {
  const open = (asked: string) => pageSource(asked, { dataDir: join(folder, 'data'), source: '/started/with.mp4' });

  test('addresses of the named protocols, and what the service was started with', async () => {
    for (const address of ['simulate:?seed=3', 'camera:bench', 'rtsp://host/1', 'https://host/clip.mp4', '/started/with.mp4'])
      expect(await open(address)).toBe(address);
  });

  test('no other protocol', async () => {
    for (const address of ['concat:a|b', 'subfile:,,:a', 'data:,x', 'pipe:0', 'crypto:x'])
      await expect(open(address)).rejects.toThrow('not a kind of source');
  });

  test('no file outside the data folder, by whatever way', async () => {
    await writeFile(join(folder, 'data/inside.mp4'), 'x');
    await symlink(join(folder, 'secret.mp4'), join(folder, 'data/link.mp4'));
    expect(await open('inside.mp4')).toBe(join(folder, 'data/inside.mp4'));
    for (const path of [
      'file:///etc/passwd',
      '../secret.mp4',
      join(folder, 'secret.mp4'),
      'link.mp4',
      'uploads/../../secret.mp4',
      '..',
      '.',
      'none.mp4',
    ])
      await expect(open(path), path).rejects.toThrow('data folder');
  });
});
