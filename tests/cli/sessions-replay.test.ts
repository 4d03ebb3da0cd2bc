import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountComparison, countComparison, type ReplayDocument, replayDocument } from '../../domain/replay.ts';
import { type Finished, runCli } from './run-cli.ts';

const ID = '20260131-142501-0c4f9a';
const SOURCE = 'simulate:?width=480&height=320&slideWidth=640&slideHeight=480&seed=3';

let cwd = '';
const run = (...words: string[]): Promise<Finished> => runCli(words, { cwd });
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'smearscope-cli-replay-'));
  mkdirSync(join(cwd, 'data', 'sessions'), { recursive: true });
  const counted = await run('count', SOURCE, '--frames', '60', '--engine', 'onnx:cpu', '--session', join(cwd, 'data', 'sessions', ID));
  expect(counted.code, counted.stderr).toBe(0);
}, 240_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('sessions replay and compare', { timeout: 240_000 }, () => {
  test('count a session again and say that nothing differs, in words and as one JSON document', async () => {
    const { code, stdout, stderr } = await run('sessions', 'replay', ID, '--data-dir', 'data', '--json');
    expect(code, stderr).toBe(0);
    const told: ReplayDocument = replayDocument.parse(JSON.parse(stdout));
    expect(told).toMatchObject({ session: ID, ledger: { identical: true }, same: { model: true, engine: true } });
    const listed = await run('sessions', 'replays', ID, '--data-dir', 'data');
    expect(listed.stdout).toMatch(/the ledger is identical, all \d+ entries/);
    const compared = await run('sessions', 'compare', ID, '--data-dir', 'data', '--json');
    const comparison: CountComparison = countComparison.parse(JSON.parse(compared.stdout));
    expect(comparison).toMatchObject({ a: 'counted', b: told.replay, onlyA: 0, onlyB: 0, otherClass: 0, differences: [] });
  });

  test('what is not there is one line and no trace', async () => {
    for (const [words, line] of [
      [
        ['sessions', 'replay', '20260131-142501-000000'],
        /^no session 20260131-142501-000000 in .*: smearscope sessions list names them\n$/,
      ],
      [['sessions', 'replay', ID, '--model', 'no-such-model'], /no-such-model/],
      [['sessions', 'compare', ID, '--b', 'no-such-replay'], /^the session has no replay no-such-replay: /],
      [['sessions', 'compare', ID, '--a', '../../etc'], /is no side of a comparison/],
    ] as const) {
      const { code, stdout, stderr } = await run(...words, '--data-dir', 'data');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(line);
    }
    expect(readdirSync(join(cwd, 'data', 'sessions', ID, 'replays'))).toHaveLength(1);
  });
});
