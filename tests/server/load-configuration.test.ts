import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultExitCode, isFault } from '../../domain/fault.ts';
import { CONFIGURATION_KEYS, environmentName, flagName, loadConfiguration } from '../../server/load-configuration.ts';
import { nearMatch } from '../../server/near-match.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-configuration-'));
});
afterAll(() => rm(folder, { recursive: true }));

const fileOf = async (content: unknown): Promise<string> => {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const complaint = async (load: Promise<unknown>): Promise<string> => {
  const error = await load.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isFault(error)) throw new Error('a fault was expected', { cause: error });
  expect(faultExitCode(error.fault)).toBe(2);
  expect(error.message).not.toContain('\n');
  return error.message;
};

describe('layers', () => {
  const layer = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });

  test('a later layer wins, and is named as the one that the value came from', async () => {
    await fc.assert(
      fc.asyncProperty(layer, layer, layer, async (inFile, inEnvironment, inFlag) => {
        const { configuration, from } = await loadConfiguration({
          file: await fileOf(inFile === undefined ? {} : { port: inFile }),
          environment: inEnvironment === undefined ? {} : { SMEARSCOPE_PORT: String(inEnvironment) },
          flags: { port: inFlag === undefined ? undefined : String(inFlag) },
        });
        expect(configuration.port).toBe(inFlag ?? inEnvironment ?? inFile ?? 8420);
        expect(from.port).toBe(
          inFlag !== undefined ? 'flag' : inEnvironment !== undefined ? 'environment' : inFile !== undefined ? 'file' : 'default',
        );
        expect(from.host).toBe('default');
      }),
      { numRuns: 50 },
    );
  });

  test.each([[true], [false], ['true'], ['no']])('a switch is on or off: %j', async (outlines) => {
    const on = outlines === true || outlines === 'true';
    expect((await loadConfiguration({ file: await fileOf({ outlines }), environment: {} })).configuration.outlines).toBe(on);
    expect((await loadConfiguration({ flags: { outlines }, environment: {} })).configuration.outlines).toBe(on);
  });

  test('a switch that is neither is refused', async () => {
    expect(await complaint(loadConfiguration({ flags: { outlines: 'maybe' }, environment: {} }))).toMatch(/--outlines.*true or false/);
    expect(await complaint(loadConfiguration({ file: await fileOf({ outlines: [1] }), environment: {} }))).toMatch(/outlines/);
  });

  test('every key has a flag and a name in the environment, each its own', () => {
    expect(new Set(CONFIGURATION_KEYS.map(environmentName)).size).toBe(CONFIGURATION_KEYS.length);
    expect(environmentName('umPerPx')).toBe('SMEARSCOPE_UM_PER_PX');
    expect(flagName('umPerPx')).toBe('--um-per-px');
  });

  test('an empty variable is as good as none', async () => {
    const { configuration } = await loadConfiguration({ environment: { SMEARSCOPE_UM_PER_PX: '' }, file: await fileOf({}) });
    expect(configuration.umPerPx).toBeUndefined();
  });
});

describe('what cannot be is refused in one line', () => {
  test('an unknown key of the file, with the near one', async () => {
    expect(await complaint(loadConfiguration({ file: await fileOf({ prot: 1 }), environment: {} }))).toMatch(/prot: did you mean port\?/);
  });
  test('an unknown name in the environment', async () => {
    expect(await complaint(loadConfiguration({ environment: { SMEARSCOPE_UMPERPX: '1' } }))).toContain(
      'did you mean SMEARSCOPE_UM_PER_PX?',
    );
  });
  test('but not a name there that is like none of ours', async () => {
    const { from } = await loadConfiguration({ environment: { SMEARSCOPE_BROWSER: '/usr/bin/chromium' }, file: await fileOf({}) });
    expect(new Set(Object.values(from))).toEqual(new Set(['default']));
  });
  test.each([[null], [true], [[]], ['70000'], ['x'], [1.5]])('the port %j', async (port) => {
    expect(await complaint(loadConfiguration({ file: await fileOf({ port }), environment: {} }))).toContain('port');
  });
  test('a value under the name that the person wrote', async () => {
    expect(await complaint(loadConfiguration({ environment: {}, flags: { umPerPx: '-1' } }))).toContain('--um-per-px');
    expect(await complaint(loadConfiguration({ environment: { SMEARSCOPE_THREADS: 'many' } }))).toContain('SMEARSCOPE_THREADS');
  });
  test('a token is never repeated', async () => {
    expect(await complaint(loadConfiguration({ environment: { SMEARSCOPE_TOKEN: 'hunter2' } }))).not.toContain('hunter2');
  });
  test.each([['{'], ['[]'], ['null']])('a file with %s in it', async (content) => {
    expect(await complaint(loadConfiguration({ file: await fileOf(content), environment: {} }))).toContain(folder);
  });
  test('a file that is not there', async () => {
    expect(await complaint(loadConfiguration({ file: join(folder, 'none.json'), environment: {} }))).toContain('none.json');
  });
});

test('a near match is near', () => {
  expect(nearMatch('prot', ['port', 'host', 'token'])).toBe('port');
  expect(nearMatch('um_per_px', ['umPerPx', 'port'])).toBe('umPerPx');
  expect(nearMatch('completely-else', ['port', 'host'])).toBeUndefined();
});
