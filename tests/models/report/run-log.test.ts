import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvLine, csvRows } from '../../../models/train/report/csv-rows.ts';
import { openRunLog, type RunLog, type RunLogOptions } from '../../../models/train/report/run-log.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'smearscope-metrics-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const CLASSES = ['a "b", c', 'd'];
const SOURCE = 'site, 1';
const options = (resumedAt?: number): RunLogOptions => ({
  ...{ out, stepColumns: ['scoreLoss', 'gradientNorm'], sourceNames: [SOURCE], classes: CLASSES, resumedAt },
});
const text = (): Promise<string> => readFile(path.join(out, 'metrics.csv'), 'utf8');

const STEPS_PER_EPOCH = 3;
const train = async (log: RunLog, from: number, to: number): Promise<void> => {
  for (let step = from + 1; step <= to; step++) {
    log.step({ scoreLoss: 1 / step, gradientNorm: step }, 8, 0.5);
    await log.keep(step);
    if (step % STEPS_PER_EPOCH !== 0) continue;
    const perClass = [{ AP: 0.4, AP50: 0.61234, recall: 0.5, truth: 3 }, undefined];
    const figures = [{ name: SOURCE, mAP: 0.4, mAP50: 0.61234, mAR100: 0.5, perClass }];
    const epoch = step / STEPS_PER_EPOCH;
    await log.epoch({ epoch, step, learningRate: 0.001, seconds: step, figures: epoch === 2 ? figures : [] });
  }
};

describe('metrics.csv', () => {
  it('has a row for each epoch with the means of its steps', async () => {
    await train(await openRunLog(options()), 0, 6);
    expect(csvRows(await text())).toEqual([
      ['epoch', 'step', 'learningRate', 'scoreLoss', 'gradientNorm', 'imagesPerSecond', 'seconds'].concat(
        ...[`${SOURCE} mAP`, `${SOURCE} mAP50`, `${SOURCE} mAR100`, `${SOURCE} AP50 ${CLASSES[0]}`, `${SOURCE} AP50 d`],
      ),
      ['1', '3', '0.001', '0.61111', '2', '16', '3', '', '', '', '', ''],
      ['2', '6', '0.001', '0.20556', '5', '16', '6', '0.4', '0.6123', '0.5', '0.6123', ''],
    ]);
  });

  it.each([3, 4, 5, 6, 7])('is the same when the run was killed later and resumed from step %i', async (resumedAt) => {
    await train(await openRunLog(options()), 0, 9);
    const whole = await text();
    await train(await openRunLog(options()), 0, 8);
    const log = await openRunLog(options(resumedAt));
    expect(log.rows).toHaveLength(Math.floor(resumedAt / STEPS_PER_EPOCH));
    await train(log, resumedAt, 9);
    expect(await text()).toBe(whole);
  });

  it('starts anew for a new run in an old folder', async () => {
    await train(await openRunLog(options()), 0, 3);
    await openRunLog(options());
    expect(csvRows(await text())).toHaveLength(1);
  });

  it('takes over the rows of a file with fewer columns', async () => {
    await train(await openRunLog({ ...options(), classes: [] }), 0, 6);
    const log = await openRunLog(options(6));
    expect(log.rows[1]).toMatchObject({ epoch: 2, [`${SOURCE} mAP`]: 0.4 });
    expect(csvRows(await text())[2]).toHaveLength(12);
  });
});

describe('comma-separated rows', () => {
  it('come back as they were, quotes, commas and line ends included', () => {
    const rows = [
      ['a', '"', ',', '\n', '\r\n', ''],
      ['', 'x"y'],
    ];
    expect(csvRows(rows.map((row) => csvLine(row)).join(''))).toEqual(rows);
  });

  it('leave out a last line that was cut short', () => {
    expect(csvRows('a,b\n1,2\n3,')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });
});
