import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, startCli } from './run-cli.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'smearscope-cli-'));
  await writeFile(join(cwd, 'wrong.json'), '{ "prot": 1 }');
});
afterAll(() => rm(cwd, { recursive: true }));

const one = (text: string): void => expect(text.trim().split('\n')).toHaveLength(1);

describe('bad usage and bad input: exit 2, one line on stderr, nothing on stdout', () => {
  test.each([
    [['cuont'], /did you mean count/i],
    [['cells'], /--help/],
    [['count'], /source/],
    [['count', 'a.mp4', '--modle', 'x'], /did you mean --model/i],
    [['count', 'a.mp4', 'b.mp4'], /too many arguments/],
    [['count', 'a.mp4', '--um-per-px', '-1'], /--um-per-px/],
    [['count', 'a.mp4', '--engine', 'abacus'], /--engine/],
    [['count', 'a.mp4', '--specimen', 'stone'], /smear/],
    [['count', 'a.mp4', '--mot', 'tracks.txt'], /flow/],
    [['count', 'a.mp4', '--model', './no-such-bundle'], /no such model bundle/],
    [['serve', '--config', 'wrong.json'], /did you mean port/],
    [['serve', '--config', 'none.json'], /none\.json/],
    [['serve', '--host', '0.0.0.0'], /token/],
    [['train'], /--data-root/],
  ])('%j', async (words, expected) => {
    const { code, stdout, stderr } = await runCli(words, { cwd });
    expect(stderr).toMatch(expected);
    one(stderr);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('an unknown name in the environment', async () => {
    const { code, stderr } = await runCli(['serve'], { cwd, env: { SMEARSCOPE_PROT: '1' } });
    expect(stderr).toContain('did you mean SMEARSCOPE_PORT?');
    one(stderr);
    expect(code).toBe(2);
  });
});

describe('results', () => {
  test.each([['models'], ['doctor']])('%s --json prints one document', async (command) => {
    const { stdout } = await runCli([command, '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ schema: `smearscope.${command}/1` });
    one(stdout);
  });

  test('--help and --version are no failures', async () => {
    expect(await runCli(['--version'], { cwd })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    const help = await runCli(['count', '--help'], { cwd });
    expect(help.code).toBe(0);
    for (const flag of ['--um-per-px', '--specimen', '--model', '--engine', '--cells', '--json']) expect(help.stdout).toContain(flag);
  });
});

describe('serve', () => {
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  test('says where it is, ends on SIGTERM with its camera processes, and leaves nothing behind', async () => {
    const service = startCli(['serve', '--port', '0', '--token', 'a-secret-of-enough-letters'], { cwd });
    const [, address] = await service.saw(/Smearscope is on (\S+)/);
    const { origin, searchParams } = new URL(address!);
    expect(searchParams.get('token')).toBe('a-secret-of-enough-letters');
    expect((await fetch(`${origin}/api/health`)).status).toBe(200);
    const cameras = (await (
      await fetch(`${origin}/api/cameras`, { headers: { authorization: 'Bearer a-secret-of-enough-letters' } })
    ).json()) as { id: string }[];
    expect(cameras.map(({ id }) => id)).toEqual(['main']);
    service.process.kill('SIGTERM');
    expect((await service.finished).code).toBe(0);
    expect(alive(service.process.pid!)).toBe(false);
  });

  test('a port that is taken is one line', async () => {
    const first = startCli(['serve', '--port', '0'], { cwd });
    const [, port] = await first.saw(/Smearscope is on http:\/\/127\.0\.0\.1:(\d+)/);
    const second = await runCli(['serve', '--port', port!], { cwd });
    first.process.kill('SIGTERM');
    expect(second.stderr).toMatch(/EADDRINUSE/);
    one(second.stderr);
    expect(second.code).toBe(2);
    await first.finished;
  });
});
