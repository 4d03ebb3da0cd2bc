import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../../server/cli/run-command-line.ts';
import { type MadeSession, makeReviewSession } from '../server/review/review-session.ts';

let home = '';
let session: MadeSession;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-export-cli-'));
  session = makeReviewSession(home, 40);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = async (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
  const said = { stdout: '', stderr: '' };
  const code = await runCommandLine(['sessions', 'export', ...words, '--data-dir', home], {
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    signal: new AbortController().signal,
    command: 'smearscope',
  });
  return { code, ...said };
};

test('exports a session by its id, or by the path of its folder, and says what it made', async () => {
  const out = join(home, 'cells.csv');
  const { code, stdout } = await run(session.id, '--format', 'csv', '--out', out, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'smearscope.exported/1',
    session: session.id,
    format: 'csv',
    path: out,
    reading: 'counted',
    files: 1,
  });
  expect(readFileSync(out, 'utf8').split('\r\n')).toHaveLength(42);
  const other = join(home, 'counts.csv');
  expect((await run(session.folder, '--format', 'counts', '--out', other)).stdout).toMatch(
    /^CSV, counts: .*counts\.csv \(0\.00 MB in 1 file\)\n$/,
  );
});

test.each([
  [['20990101-000000-abcdef', '--format', 'csv'], /no session 20990101/],
  [['ID', '--format', 'xls'], /choose pdf, fhir/],
  [['ID', '--format', 'csv', '--reading', '3'], /--reading 1, 2 or counted/],
  [['ID', '--format', 'csv', '--reading', '2'], /nobody wrote in reading 2/],
  [['ID', '--format', 'coco'], /keeps no picture of a field/],
])('refuses %j in one line', async (words, line) => {
  const { code, stdout, stderr } = await run(...words.map((word) => (word === 'ID' ? session.id : word)), '--out', join(home, 'none'));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.trimEnd()).toMatch(line);
  expect(stderr.trimEnd()).not.toContain('\n');
});
