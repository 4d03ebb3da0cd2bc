import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Measured, measured, profileSummary } from '../../domain/calibration-measure.ts';
import { calibrationProfile } from '../../domain/calibration-profile.ts';
import { configuration } from '../../domain/configuration.ts';
import { type CameraStatus, problem } from '../../domain/wire.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';

const SMALL = 'width=960&height=540';
let folder = '';
let server: HttpServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-calibration-'));
  server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir: folder, engine: 'onnx:cpu' }),
    version: '0.0.0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(server.url + path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json().catch(() => undefined) };
};
const lineOf = (body: unknown): string => problem.parse(body).error.message;

const openOn = async (source: string): Promise<void> => {
  await call('POST', '/api/cameras', { source });
  await running();
};
const running = async (): Promise<CameraStatus> =>
  expect
    .poll(() => server.cameras.get('main')?.status.state, { timeout: 90_000, interval: 100 })
    .toBe('running')
    .then(() => server.cameras.get('main')!.status);
const measure = async (what: string): Promise<Measured> => {
  const answer = await call('POST', '/api/cameras/main/calibration/measure', { what });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return measured.parse(answer.body);
};

describe('calibrating a camera', () => {
  test('a profile measured on the micrometer and an empty place is kept, used by the camera, renamed and deleted', {
    timeout: 120_000,
  }, async () => {
    await openOn(`simulate:?view=micrometer&${SMALL}`);
    const found = await measure('micrometer');
    if (found.what !== 'micrometer') throw new Error(found.what);
    expect(10 / found.ruling.pitchPx).toBeCloseTo(0.072, 3);
    const picture = await fetch(`${server.url}/api/cameras/main/calibration/picture`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(5000);
    expect(lineOf((await call('POST', '/api/cameras/main/calibration/measure', { what: 'empty' })).body)).toMatch(/not empty/);

    await openOn(`simulate:?view=empty&${SMALL}&shade=0.4&cast=0.2`);
    const empty = await measure('empty');
    if (empty.what !== 'empty') throw new Error(empty.what);
    expect(lineOf((await call('POST', '/api/cameras/main/calibration/measure', { what: 'micrometer' })).body)).toMatch(/no ruling/);

    const draft = {
      name: 'oil-100',
      objective: '100× oil',
      camera: 'virtual',
      widthPx: 960,
      heightPx: 540,
      scale: { umPerPx: 0.08, uncertaintyUmPerPx: 0.0001, method: 'micrometer' },
      light: empty.light,
    };
    expect((await call('POST', '/api/calibration', draft)).status).toBe(201);
    expect(lineOf((await call('POST', '/api/calibration', draft)).body)).toMatch(/already/);
    expect((await call('POST', '/api/calibration', { ...draft, replace: true })).status).toBe(201);
    const list = profileSummary.array().parse((await call('GET', '/api/calibration')).body);
    expect(list.map(({ name, light }) => [name, light?.flatField])).toEqual([['oil-100', true]]);

    expect((await call('POST', '/api/cameras/main/calibration', { name: 'oil-100' })).status).toBe(202);
    const used = await running();
    expect(used).toMatchObject({ calibration: 'oil-100', umPerPx: 0.08, umPerPxFrom: 'calibration' });
    // The session that began with it names it.
    await expect
      .poll(async () => ((await call('GET', '/api/sessions')).body as { sessions: { calibration?: string }[] }).sessions[0]?.calibration, {
        timeout: 10_000,
      })
      .toBe('oil-100');
    // What is measured is what the camera gives, not what the profile makes of it.
    const again = await measure('empty');
    expect(again.what === 'empty' && again.light.evenness).toBeCloseTo(empty.light.evenness, 1);

    expect((await call('POST', '/api/calibration/oil-100/name', { name: 'Oil 100' })).status).toBe(200);
    expect(calibrationProfile.parse((await call('GET', '/api/calibration/Oil%20100')).body).scale?.umPerPx).toBe(0.08);
    expect((await call('DELETE', '/api/calibration/Oil%20100')).status).toBe(204);
    expect(lineOf((await call('POST', '/api/cameras/main/calibration', { name: 'Oil 100' })).body)).toMatch(/no calibration profile/);
    await call('POST', '/api/cameras/main/calibration', { name: '' });
    const without = await running();
    expect(without.calibration).toBeUndefined();
    expect(without.umPerPxFrom).toBe('source');
    expect(await readdir(join(folder, 'calibration'))).toEqual([]);
  });

  test('a profile of pictures of another shape is refused in one line', { timeout: 150_000 }, async () => {
    await call('POST', '/api/calibration', {
      name: 'square',
      objective: '',
      camera: '',
      widthPx: 640,
      heightPx: 480,
      scale: { umPerPx: 0.1, uncertaintyUmPerPx: 0, method: 'given' },
    });
    await call('POST', '/api/cameras', { source: `simulate:?view=empty&${SMALL}`, calibration: 'square' });
    await expect.poll(() => server.cameras.get('main')?.status.state, { timeout: 90_000 }).toBe('failed');
    expect(server.cameras.get('main')?.status.reason).toMatch(/640×480, and these are 960×540, another shape/);
  });

  test('names that would leave the folder, profiles that say nothing and damaged files are refused', async () => {
    const draft = {
      objective: '',
      camera: '',
      widthPx: 960,
      heightPx: 540,
      scale: { umPerPx: 0.1, uncertaintyUmPerPx: 0, method: 'given' },
    };
    for (const name of ['../evil', '.hidden', 'a/b', 'con', '', 'x'.repeat(80), 'end.'])
      expect((await call('POST', '/api/calibration', { ...draft, name })).status, name).toBe(400);
    const { scale: _scale, ...nothing } = draft;
    expect(lineOf((await call('POST', '/api/calibration', { ...nothing, name: 'nothing' })).body)).toMatch(/says nothing/);
    await writeFile(join(folder, 'calibration/broken.json'), '{');
    expect(lineOf((await call('GET', '/api/calibration/broken')).body)).toMatch(/not JSON/);
    expect((await call('GET', '/api/calibration')).status).toBe(200);
    await call('POST', '/api/calibration', { ...draft, name: 'kept' });
    expect(JSON.parse(await readFile(join(folder, 'calibration/kept.json'), 'utf8'))).toMatchObject({
      schema: 'smearscope.calibration/1',
      name: 'kept',
    });
  });

  test('an unknown camera, and one that shows nothing, say so', async () => {
    expect((await call('POST', '/api/cameras/nobody/calibration/measure', { what: 'still' })).status).toBe(404);
    expect((await call('GET', '/api/cameras/nobody/calibration/picture')).status).toBe(404);
    expect(lineOf((await call('POST', '/api/cameras/main/calibration/measure', { what: 'still' })).body)).toMatch(/shows nothing/);
  });
});
