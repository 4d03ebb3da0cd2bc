import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { configuration } from '../../domain/configuration.ts';
import type { PictureWish } from '../../domain/wire.ts';
import { startHttpServer } from '../http/http-server.ts';
import type { CrowdOrder, CrowdSeen } from './crowd-messages.ts';

/** What was seen in all turns of one kind together. */
export type Turns = { readonly latenciesMs: number[]; readonly framesPerSecond: number[]; readonly skipped: number[] };

export type ViewersFigures = { readonly one: Turns; readonly many: Turns; readonly stalled: Turns };

export type ViewersRequest = {
  readonly viewers: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly pictures: PictureWish;
  readonly engine: string;
  readonly threads: number;
};

const CROWD = fileURLToPath(new URL('./crowd-process.ts', import.meta.url));
/** The first seconds of a turn belong to those who join. */
const SETTLING_MS = 1500;
const START_WITHIN_MS = 60_000;

const emptyTurns = (): Turns => ({ latenciesMs: [], framesPerSecond: [], skipped: [] });

/**
 * The real service on the virtual microscope. One viewer, many, and as many with a stalled one beside them take turns, so that whatever else the
 * machine does meets all of them alike.
 */
export const runViewers = async (
  request: ViewersRequest,
  signal: AbortSignal,
  onTurn: (done: number, of: number) => void,
): Promise<ViewersFigures> => {
  const { viewers, rounds, seconds, pictures, engine, threads } = request;
  await using cleanUp = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-viewers-'));
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir, engine, threads }),
    version: 'bench',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: () => {},
  });
  cleanUp.defer(() => server.close());
  const camera = await server.cameras.open({ id: 'main', source: 'simulate:' });
  const startedAt = performance.now();
  while (camera.status.state !== 'running') {
    signal.throwIfAborted();
    if (camera.status.state === 'failed' || performance.now() - startedAt > START_WITHIN_MS)
      throw new Error(`the camera did not start: ${camera.status.reason}`);
    await sleep(100);
  }

  const crowd = fork(CROWD, [], { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning'] });
  cleanUp.defer(() => void crowd.kill());
  const order = async (count: number, stalled: boolean): Promise<CrowdSeen> => {
    const address = `${server.url.replace('http', 'ws')}/api/cameras/main/live`;
    crowd.send({ viewers: count, stalled, pictures, address } satisfies CrowdOrder);
    const [seen] = (await once(crowd, 'message', { signal })) as [CrowdSeen];
    return seen;
  };
  const figures: ViewersFigures = { one: emptyTurns(), many: emptyTurns(), stalled: emptyTurns() };
  const turns = [
    [figures.one, 1, false],
    [figures.many, viewers, false],
    [figures.stalled, viewers, true],
  ] as const;
  for (let round = 0; round < rounds; round++) {
    for (const [index, [into, count, stalled]] of turns.entries()) {
      onTurn(round * turns.length + index, rounds * turns.length);
      await order(count, stalled);
      await sleep(SETTLING_MS, undefined, { signal });
      await order(count, stalled);
      await sleep(seconds * 1000, undefined, { signal });
      const seen = await order(count, stalled);
      into.latenciesMs.push(...seen.latenciesMs);
      into.framesPerSecond.push(...seen.frames.map((frames) => frames / seconds));
      into.skipped.push(...seen.skipped);
    }
  }
  return figures;
};
