import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashFigures } from '../../server/bench/crash-bench.ts';
import { type CrashRound, runCrashRounds } from '../../server/bench/crash-rounds.ts';

test('a recording service that is killed, or copied, leaves a session that opens and plays, and goes on with it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-crash-'));
  try {
    const source = 'simulate:?width=480&height=320&slideWidth=640&slideHeight=480';
    const rounds = await runCrashRounds(dataDir, { source, rounds: 2, copies: 1, seed: 4 }, AbortSignal.timeout(230_000), () => {});
    expect(rounds.map(({ kind }) => kind)).toEqual(['camera', 'copy', 'server']);
    for (const round of rounds) {
      expect(round).toMatchObject({ opens: true, framesLost: 0, correctionsLost: 0 });
      // A second is the promise; a machine that is busy with other tests is given two.
      expect(round.videoLossMs).toBeLessThan(2000);
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}, 240_000);

test('the figures tell a damaged session and a video that does not play', () => {
  const good: CrashRound = {
    kind: 'camera',
    opens: true,
    framesLost: 0,
    videoLossMs: 300,
    resumedMs: 4000,
    correctionsLost: 0,
    cellsTakenBack: 0,
    rowsBehindMs: 400,
    tookMs: 7000,
  };
  const figures = crashFigures([good, { ...good, opens: false, videoLossMs: undefined }]);
  expect(figures.map(({ measured }) => measured)).toEqual([50, 50, 300, 400, 0, 0, 4, 4]);
});
