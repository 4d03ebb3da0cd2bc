import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { segmentDocument } from '../../domain/segment-document.ts';
import { drawnPairs } from '../models/segment/drawn-pairs.ts';
import { runCli } from './run-cli.ts';

let dir = '';
beforeAll(async () => {
  dir = await drawnPairs();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const evaluate = (...words: string[]) => runCli(['evaluate', '--task', 'segment', '--data', dir, ...words], { cwd: tmpdir() });

test('one document tells of planes, cells and what needs no network', async () => {
  const { code, stdout, stderr } = await evaluate('--split', 'all', '--um-per-px', '0.28', '--json');
  expect(code, stderr).toBe(0);
  const document = segmentDocument.parse(JSON.parse(stdout));
  expect(document).toMatchObject({ images: 10, umPerPxFrom: 'given', boundaryTolerancePx: 2, instances: { truth: 30 } });
  // Plain discs on plain ground: what needs no network finds them all.
  const { cell } = document.baseline.planes;
  expect(cell!.dice).toBeGreaterThan(0.97);
  expect(document.baseline.instances).toMatchObject({ found: 30, f1: 1 });
  expect(document.baseline.instances.AP).toBeGreaterThan(0.9);
});

test('masks of other sizes and values nobody named are refused with what to do', async () => {
  expect(await evaluate('--format', 'yolo')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('yolo holds no outlines') as string,
  });
  expect(await evaluate('--values', '7')).toMatchObject({ code: 2, stderr: expect.stringContaining('VALUE=PLANE') as string });
  expect(await evaluate('--split', 'none')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no field of a split "none"') as string,
  });
  const grey = await sharp({ create: { width: 128, height: 96, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  await writeFile(path.join(dir, 'odd.png'), grey);
  await writeFile(path.join(dir, 'odd_mask.png'), grey);
  expect(await evaluate('--split', 'all')).toMatchObject({ code: 2, stderr: expect.stringContaining('what 128 stands for') as string });
});
