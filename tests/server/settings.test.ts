import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Configuration, configuration } from '../../domain/configuration.ts';
import { type SettingsChange, settingsAnswer } from '../../domain/settings-document.ts';
import { problem } from '../../domain/wire.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';
import { CONFIGURATION_KEYS, loadConfiguration } from '../../server/load-configuration.ts';
import { createSettings, type Settings } from '../../server/settings.ts';

const TOKEN = 'a-secret-of-enough-letters';
let folder = '';
let file = '';
let applied: Configuration[] = [];
let wentOn: boolean[] = [];
let settings: Settings;
const start = (values: Record<string, unknown> = {}): Settings =>
  createSettings(configuration.parse({ token: TOKEN, dataDir: folder, ...values }), { file }, async (next, goOn) => {
    applied.push(next);
    wentOn.push(goOn);
  });
const complaint = (change: SettingsChange): Promise<string> =>
  settings.change(change).then(
    () => 'it was taken',
    (error: Error) => error.message,
  );
const kept = async (): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'smearscope-settings-')));
  file = join(folder, 'smearscope.json');
});
beforeEach(async () => {
  await rm(file, { force: true });
  applied = [];
  wentOn = [];
  settings = start();
});
afterAll(() => rm(folder, { recursive: true }));

describe('the settings', () => {
  test('are told with a schema for each, and the token is in no part', () => {
    const answer = settingsAnswer.parse(JSON.parse(JSON.stringify(settings.answer())));
    const keys = CONFIGURATION_KEYS.filter((key) => key !== 'token');
    expect(Object.keys(answer.schema.properties).sort()).toEqual([...keys].sort());
    expect(Object.keys(answer.applies).sort()).toEqual([...keys].sort());
    for (const key of keys) expect(answer.schema.properties[key]?.description, key).toBeTruthy();
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
    expect(answer.applies).toMatchObject({ stopAt: 'running', port: 'start', host: 'fixed' });
  });

  test('show no password of a source', () => {
    settings = start({ source: 'rtsp://me:hunter22@bench.local/live' });
    expect(JSON.stringify(settings.answer())).not.toContain('hunter22');
  });

  test('that are changed hold at once, are kept, and are read at the next start', async () => {
    await writeFile(file, JSON.stringify({ threads: 2, port: 9001 }));
    const answer = await settings.change({ stopAt: 'WBC±3', previewQuality: 60 });
    expect(answer.values).toMatchObject({ stopAt: 'WBC±3', previewQuality: 60 });
    expect(applied.map(({ stopAt, previewQuality }) => [stopAt, previewQuality])).toEqual([['WBC±3', 60]]);
    expect(await kept()).toEqual({ threads: 2, port: 9001, stopAt: 'WBC±3', previewQuality: 60 });
    expect((await loadConfiguration({ file, environment: {} })).configuration).toMatchObject({ stopAt: 'WBC±3', port: 9001 });
  });

  test('that make another count of it begin one, the others go on', async () => {
    await settings.change({ stopAt: 'WBC±3' });
    await settings.change({ umPerPx: 0.1, stopAt: 'WBC±2' });
    await settings.change({ previewQuality: 70 });
    expect(wentOn).toEqual([true, false, true]);
  });

  test('go back to their default', async () => {
    await settings.change({ stopAt: 'WBC±3', previewQuality: 60 });
    const { values, from } = await settings.change({ stopAt: null, previewQuality: null });
    expect(values['stopAt']).toBeUndefined();
    expect(values['previewQuality']).toBe(75);
    expect(from['previewQuality']).toBe('default');
    expect(await kept()).toEqual({});
  });

  test('that need a new start wait for it and leave cameras alone', async () => {
    const { waiting, values } = await settings.change({ port: 9005 });
    expect(waiting).toEqual(['port']);
    expect(values['port']).toBe(9005);
    expect(applied).toEqual([]);
    await settings.change({ threads: 1 });
    expect(applied.map(({ port }) => port)).toEqual([8420]);
  });

  test.each<[SettingsChange, RegExp]>([
    [{ prot: 1 }, /prot: did you mean port\?/],
    [{ token: 'another-secret-of-enough' }, /no such setting/],
    [{ host: '0.0.0.0' }, /cannot be changed from the page/],
    [{ dataDir: '/' }, /cannot be changed from the page/],
    [{ threads: 99 }, /threads: .*64/],
    [{ threads: '4' }, /threads: its kind is integer/],
    [{ threads: true }, /threads/],
    [{ engine: 'abacus' }, /engine/],
    [{ stopAt: 'enough' }, /WBC±3/],
    [{ model: '../../elsewhere' }, /by its name/],
    [{ model: 'no-such-bundle' }, /no-such-bundle/],
    [{ source: '/etc/passwd' }, /no such file in the data folder/],
    [{ threads: 3, previewQuality: 1000 }, /previewQuality/],
  ])('%j is refused in one line, and nothing of it holds', async (change, why) => {
    const line = await complaint(change);
    expect(line).toMatch(why);
    expect(line).not.toContain('\n');
    expect(settings.answer().values).toMatchObject({ threads: 0, host: '127.0.0.1', model: 'default' });
    expect(applied).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('leave a file alone that is damaged, and keep its rights where it is not', async () => {
    await writeFile(file, '{ half');
    expect(await complaint({ threads: 1 })).toContain('could not be kept');
    expect(await readFile(file, 'utf8')).toBe('{ half');
    await writeFile(file, '{}');
    await chmod(file, 0o600);
    await settings.change({ threads: 1 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['smearscope.json']);
  });
});

describe('over HTTP', () => {
  let server: HttpServer;
  const ask = (method: string, body?: unknown): Promise<Response> =>
    fetch(`${server.url}/api/settings`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  beforeAll(async () => {
    server = await startHttpServer({
      configuration: configuration.parse({ port: 0, dataDir: join(folder, 'data'), token: TOKEN }),
      version: '0.0.0',
      listCameras: async () => [],
      onEvent: () => {},
      onInternal: (line) => console.error(line),
      pageFolder: join(folder, 'page'),
    });
  });
  afterAll(() => server.close());

  test('settings are read and changed', async () => {
    expect(settingsAnswer.parse(await (await ask('GET')).json()).file).toBeUndefined();
    const changed = await ask('PATCH', { maxSmearPx: 7 });
    expect(changed.status).toBe(200);
    expect(settingsAnswer.parse(await changed.json()).values['maxSmearPx']).toBe(7);
    expect(server.cameras.configuration.maxSmearPx).toBe(7);
  });

  test.each([[{ threads: -1 }], [[]], ['x'], [{ threads: {} }]])('%j is a bad request in one line', async (body) => {
    const answer = await ask('PATCH', body);
    expect(answer.status).toBe(400);
    expect(problem.parse(await answer.json()).error.message).not.toContain('\n');
  });

  test('nobody reads them without the token', async () => {
    expect((await fetch(`${server.url}/api/settings`)).status).toBe(401);
  });
});
