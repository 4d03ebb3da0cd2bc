import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { trackDocument } from '../../../domain/track-document.ts';
import { evaluateTracks } from '../../../models/evaluate/track/evaluate-tracks.ts';
import { readMotText, writeMotResult, writeMotTruth } from '../../../models/evaluate/track/mot-text.ts';

const folder = fileURLToPath(new URL('../../fixtures/track/', import.meta.url));
const expected = JSON.parse(await readFile(`${folder}expected.json`, 'utf8')) as Record<string, Record<string, number>>;

describe('tracking metrics equal TrackEval to 1e-6', async () => {
  const document = trackDocument.parse(await evaluateTracks(`${folder}truth`, `${folder}result`));
  const { sequences, ...all } = document;
  const measured: Record<string, Record<string, unknown>> = { ...sequences, all };

  test.each(Object.keys(expected))('%s', (name) => {
    for (const [metric, value] of Object.entries(expected[name]!)) {
      // A sequence without truth has no accuracy; TrackEval says 0 of it alone, and counts its boxes among several.
      if (name === 'no-truth' && metric === 'MOTA') continue;
      expect(Math.abs((measured[name]![metric] as number) - value), metric).toBeLessThan(1e-6);
    }
  });

  it('gives the same for a pair of files', async () => {
    const one = await evaluateTracks(`${folder}truth/plain.txt`, `${folder}result/plain.txt`);
    expect(one).toMatchObject(sequences['plain']!);
  });
});

describe('MOTChallenge text', () => {
  const row = { frame: 3, id: 7, box: [10, 20.5, 30, 60.5] as const, score: 0.75 };

  it('comes back as it was written', () => {
    expect(writeMotResult([row])).toBe('3,7,10,20.5,20,40,0.75,-1,-1,-1\n');
    expect(readMotText(writeMotResult([row]), 'r.txt', 'result')).toEqual([row]);
    expect(writeMotTruth([{ ...row, visible: 0.5 }])).toBe('3,7,10,20.5,20,40,1,1,0.5\n');
  });

  it.each([
    ['1,2,3\n', 'r.txt:1'],
    ['1,1,0,0,5,5,1\n1,1,0,0,5,5,1\n', 'r.txt:2'],
    ['0,1,0,0,5,5,1\n', 'r.txt:1'],
    ['1,a,0,0,5,5,1\n', 'r.txt:1'],
  ])('refuses %j and names the line', (text, place) => {
    expect(() => readMotText(text, 'r.txt', 'result')).toThrow(place);
  });

  it('says which result is missing', async () => {
    await expect(evaluateTracks(`${folder}truth`, folder)).rejects.toThrow('result of a sequence is missing');
  });
});
