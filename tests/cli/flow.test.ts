import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountDocument, countDocument } from '../../domain/count-document.ts';
import { trackDocument } from '../../domain/track-document.ts';
import { runCli } from './run-cli.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'smearscope-flow-'));
});
afterAll(() => rm(cwd, { recursive: true }));

const run = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCli(words, { cwd });
  expect(code, stderr).toBe(0);
  return stdout;
};

const count = async (...words: string[]): Promise<CountDocument> =>
  countDocument.parse(JSON.parse(await run('count', ...words, '--specimen', 'flow', '--json')));

describe('flowing cells from the command line', () => {
  test('a clip of the virtual channel is tracked, its crossings are right, and the tracks are judged', async () => {
    const size = ['--width', '480', '--height', '320', '--cells', '8', '--frames', '45', '--seed', '4'];
    const made = JSON.parse(await run('simulate', '--specimen', 'flow', ...size, '--out', 'clip.mp4', '--json'));
    expect(made).toMatchObject({ schema: 'smearscope.simulate-flow/1', truth: 'clip.gt.txt', frames: 45 });
    const first = await count('clip.mp4', '--um-per-px', '0.144', '--cells', '--mot', 'clip.txt');
    expect(first).toMatchObject({ specimen: 'flow', frames: { decoded: 45, inferred: 45 } });
    expect(first.flow?.crossings[0]?.line).toEqual([240, 0, 240, 320]);
    expect(Math.abs((first.flow?.crossings[0]?.forward ?? 0) - made.middleLine.forward)).toBeLessThanOrEqual(1);
    expect(first.cells).toHaveLength(first.flow?.tracks ?? 0);
    // 130 µm/s in the middle of the channel, less towards its walls.
    expect(first.flow?.velocityUmPerS?.median).toBeGreaterThan(70);
    expect(first.flow?.velocityUmPerS?.median).toBeLessThan(160);
    const judged = trackDocument.parse(
      JSON.parse(await run('evaluate', '--task', 'track', '--truth', 'clip.gt.txt', '--result', 'clip.txt', '--json')),
    );
    expect(judged.HOTA).toBeGreaterThan(0.6);
    expect(judged.IDF1).toBeGreaterThan(0.8);
    const { timing: _first, ...document } = first;
    const tracks = await readFile(join(cwd, 'clip.txt'), 'utf8');
    const { timing: _second, ...again } = await count('clip.mp4', '--um-per-px', '0.144', '--cells', '--mot', 'again.txt');
    expect(again).toEqual(document);
    expect(await readFile(join(cwd, 'again.txt'), 'utf8')).toBe(tracks);
  }, 240_000);

  test('wrong usage is told', async () => {
    const lacking = await runCli(['evaluate', '--task', 'track', '--truth', 'clip.gt.txt'], { cwd });
    expect(lacking).toMatchObject({ code: 2, stderr: expect.stringContaining('--result') });
    const line = await runCli(['count', 'simulate:flow', '--line', '1,2,3'], { cwd });
    expect(line).toMatchObject({ code: 2, stderr: expect.stringContaining('x0,y0,x1,y1') });
    const mot = await runCli(['count', 'simulate:', '--mot', 'x.txt'], { cwd });
    expect(mot).toMatchObject({ code: 2, stderr: expect.stringContaining('--specimen flow') });
    const source = await runCli(['count', 'simulate:flow?colour=red'], { cwd });
    expect(source).toMatchObject({ code: 2, stderr: expect.stringContaining('colour') });
  }, 60_000);
});

const data = fileURLToPath(new URL('../../../shared/data/video/', import.meta.url));
if (!existsSync(data)) console.warn('real flow is not tested: there is no data folder beside the checkout');
describe.skipIf(!existsSync(data))('real flow, as a smoke test', () => {
  test.each([
    ['flowcatchR', ['--um-per-px', '0.3'], 20],
    ['microchannel-rbc.mp4', ['--um-per-px', '0.2', '--frames', '6'], 6],
  ] as const)(
    '%s is read and tracked to its end',
    async (name, flags, frames) => {
      const document = await count(join(data, name), ...flags);
      expect(document.frames.decoded).toBe(frames);
      expect(document.flow?.tracks).toBeGreaterThanOrEqual(0);
    },
    240_000,
  );
});
