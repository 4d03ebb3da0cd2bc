import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../domain/configuration.ts';
import type { BundleComparison } from '../../../domain/models-in-use.ts';
import { loadBundle } from '../../../models/runtime/bundle.ts';
import type { EventNews } from '../../../server/camera/camera-messages.ts';
import { type HttpServer, startHttpServer } from '../../../server/http/http-server.ts';
import { runReplay } from '../../../server/replay/run-replay.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { goBack, putInUse } from '../../../server/training/model-store.ts';
import { bundleLike } from './prepared-sessions.ts';

const NOTHING_JUDGED: BundleComparison = {
  was: { name: 'a', version: '1', sha256: '' },
  now: { name: 'b', version: '2', sha256: '' },
  sets: [
    { name: 'none', kind: 'known', fields: 1, cells: 1, was: { mAP50: 1, countError: 0 }, now: { mAP50: 1, countError: 0 }, worse: [] },
  ],
  against: [],
};

describe('a running camera whose model is replaced', () => {
  let dataDir = '';
  let server: HttpServer;
  const events: EventNews[] = [];
  const main = () => server.cameras.get('main')!;
  const counted = (): number => main().report?.counts.reduce((sum, n) => sum + n, 0) ?? 0;
  const until = async (is: () => boolean): Promise<void> => {
    while (!is()) await sleep(100);
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'smearscope-swap-'));
    server = await startHttpServer({
      configuration: configuration.parse({ port: 0, dataDir, engine: 'onnx:cpu', threads: 1 }),
      version: '0',
      listCameras: async () => [],
      onEvent: (_id, event) => events.push(event),
      onInternal: () => {},
    });
    // A small slide, which the stage passes over again and again.
    const source = 'simulate:?seed=3&width=480&height=320&slideWidth=960&slideHeight=640';
    await server.cameras.open({ id: 'main', source });
    await until(() => counted() > 5);
  }, 120_000);
  afterAll(async () => {
    await server?.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  });

  it('goes on with its session, its process, its map and its counts, and back again', async () => {
    const { session } = main().status;
    const { pid } = main();
    const before = counted();
    const bundle = await loadBundle(await bundleLike(join(dataDir, 'next'), '9.9.9'));
    await putInUse(dataDir, 'default', bundle, NOTHING_JUDGED, Date.now());
    await until(() => main().status.model.endsWith('9.9.9'));
    expect(main().status.session).toBe(session);
    expect(main().pid).toBe(pid);
    expect(counted()).toBeGreaterThanOrEqual(Math.floor(0.9 * before));
    expect(events.some(({ text }) => /is replaced by smear-detector 9\.9\.9; counting goes on/.test(text))).toBe(true);
    const frame = main().report!.frameId;
    await until(() => main().report!.frameId > frame + 20);

    // What was decided before the change stands, and no cell is counted twice at one place.
    const numbers = main().ledger.map(({ n }) => n);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const facts = async () => {
      using reader = openSessionReader(join(dataDir, 'sessions', session!));
      return reader.facts();
    };
    await until(() => main().status.state === 'running');
    for (let i = 0; i < 50 && (await facts()).modelsBefore === undefined; i++) await sleep(100);
    expect((await facts()).model.version).toBe('9.9.9');
    expect((await facts()).modelsBefore).toMatchObject([{ name: 'smear-detector', version: expect.not.stringMatching('9.9.9') }]);

    await goBack(dataDir, 'default', Date.now());
    await until(() => !main().status.model.endsWith('9.9.9'));
    expect(main().status.session).toBe(session);
  }, 120_000);

  it('is refused in one line where the classes are others, and counts on', async () => {
    const { model } = main().status;
    const other = await bundleLike(join(dataDir, 'other'), '9.9.8');
    const card = join(other, 'card.json');
    await writeFile(card, (await readFile(card, 'utf8')).replace('"Platelets"', '"Thrombocytes"'));
    await putInUse(dataDir, 'default', await loadBundle(other), NOTHING_JUDGED, Date.now());
    await until(() =>
      events.some(({ text }) => /its classes are RBC, WBC, Thrombocytes, those of the count RBC, WBC, Platelets/.test(text)),
    );
    expect(main().status.model).toBe(model);
    const frame = main().report!.frameId;
    await until(() => main().report!.frameId > frame + 5);
  }, 60_000);

  it('leaves a session that can be counted again, which says that the model was changed', async () => {
    const session = main().status.session!;
    await server.cameras.remove('main');
    const again = await runReplay(dataDir, session, {}, { signal: new AbortController().signal, progress: () => {} });
    expect(again.same).toEqual({ model: true, engine: true });
    expect(again.notes).toContain('the model was changed while it was counted; this is all of it with the last one');
    // All of them have the same weights, and so the same cells.
    expect(again.ledger.counted).toBeGreaterThan(5);
    expect(again.ledger.identical).toBe(true);
  }, 120_000);
});
