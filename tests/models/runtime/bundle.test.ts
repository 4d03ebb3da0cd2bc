import { appendFile, cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FaultError, toFault } from '../../../domain/fault.ts';
import { loadBundle } from '../../../models/runtime/bundle.ts';
import { createNetworkEngine, networkData } from '../../../models/runtime/network-engine.ts';

const TINY = fileURLToPath(new URL('../../fixtures/tiny-bundle/', import.meta.url));

describe('loadBundle', () => {
  let root: string;
  let dir: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bundle-'));
    dir = join(root, 'tiny');
    await cp(TINY, dir, { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  const editCard = async (edit: (card: object) => void): Promise<void> => {
    const card = JSON.parse(await readFile(join(dir, 'card.json'), 'utf8')) as object;
    edit(card);
    await writeFile(join(dir, 'card.json'), JSON.stringify(card));
  };

  const refusal = async (nameOrDir = dir): Promise<string> => {
    const error = await loadBundle(nameOrDir).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FaultError);
    expect(toFault(error).kind).toBe('bundle');
    const { message } = error as FaultError;
    expect(message).not.toContain('\n');
    return message;
  };

  test('opens a whole bundle by folder and by name', async () => {
    const byFolder = await loadBundle(dir);
    expect(byFolder.card.name).toBe('tiny');
    expect(byFolder.networkPath).toBe(join(dir, 'network.onnx'));
    expect(await loadBundle('tiny', { searchIn: [root] })).toEqual(byFolder);
  });

  test('names what is missing', async () => {
    expect(await refusal('nowhere')).toMatch(/no such model bundle: nowhere/);
    expect(await refusal(join(root, 'nowhere'))).toMatch(/no such model bundle/);
    await rm(join(dir, 'network.onnx'));
    expect(await refusal()).toMatch(/network\.onnx is missing/);
    await rm(join(dir, 'card.json'));
    expect(await refusal()).toMatch(/card\.json/);
  });

  test('refuses files that are not those of the card', async () => {
    const path = join(dir, 'network.onnx');
    const bytes = await readFile(path);
    bytes[100]! ^= 1;
    await writeFile(path, bytes);
    expect(await refusal()).toMatch(/sha256 differs/);
    await truncate(path, 1000);
    expect(await refusal()).toMatch(/1000 bytes in place of 1268/);
  });

  test('refuses cards that are not cards', async () => {
    await appendFile(join(dir, 'card.json'), '}');
    expect(await refusal()).toMatch(/not JSON/);
    await writeFile(join(dir, 'card.json'), ' '.repeat(2 ** 20 + 1));
    expect(await refusal()).toMatch(/larger than 1 MB/);
  });

  test('refuses unknown keys, paths that leave the folder, and class lists that do not fit', async () => {
    await editCard((card) => Object.assign(card, { surprise: 1 }));
    expect(await refusal()).toMatch(/surprise/);
    await cp(TINY, dir, { recursive: true });
    await editCard((card) => Object.assign(card, { files: [{ path: '../network.onnx', sha256: '0'.repeat(64), bytes: 1 }] }));
    expect(await refusal()).toMatch(/files\.0\.path/);
    await cp(TINY, dir, { recursive: true });
    await editCard((card) => Object.assign(card, { classes: ['Dark', 'Blue', 'Red'] }));
    expect(await refusal()).toMatch(/3 entries and the score thresholds 2/);
    await editCard((card) => Object.assign(card, { classes: ['Dark', 'Dark'] }));
    expect(await refusal()).toMatch(/twice/);
  });

  test('a network of another shape than its card is a bundle fault', async () => {
    await editCard((card) => Object.assign(card, { classes: ['A', 'B', 'C'], thresholds: { score: [0.5, 0.5, 0.5], nmsIou: 0.5 } }));
    const bundle = await loadBundle(dir);
    const error = await createNetworkEngine(bundle, networkData(bundle, 'onnx:cpu', 1)).catch((caught: unknown) => caught);
    expect(toFault(error)).toMatchObject({ kind: 'bundle', what: 'the output "scores" is [n, p, 2] in place of [n, p, 3]' });
  });
});
