import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedNative } from '../../models/tensorflow.ts';
import { writeSessionDataset } from '../../server/training/train-from-sessions.ts';
import { bundleLike, prepareSessions } from '../server/training/prepared-sessions.ts';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');
const { cpu, gpu } = installedNative();
if (!cpu && !gpu)
  console.warn('training from the page is not tried: without native TensorFlow a step takes a minute (npm run tensorflow).');

const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const DONE = '20260101-000000-aaaaaa';

/** A training that is done already, whose bundle is the shipped one under another version: as good as it to the last digit. */
const leaveTraining = async (dataDir: string, sessions: readonly string[]): Promise<void> => {
  const folder = join(dataDir, 'training', DONE);
  await mkdir(folder, { recursive: true });
  const bundle = await bundleLike(join(folder, 'bundle'), '7.7.7');
  await writeSessionDataset({ dataDir, sessions, out: join(folder, 'fields') }, () => {});
  await cp(join(folder, 'fields'), join(bundle, 'fields'), { recursive: true });
  await writeFile(
    join(folder, 'metrics.csv'),
    'epoch,step,learningRate,scoreLoss,boxLoss,gradientNorm,imagesPerSecond,seconds,discs mAP,discs mAP50\n1,3,0.1,0.5,0.4,1,1,5,,\n2,6,0.1,0.3,0.3,1,1,9,0.5,0.8\n',
  );
  const figures = { mAP50: 0.9, countError: 0.02 };
  const was = { name: 'smear-detector', version: '0', sha256: '' };
  const sets = [{ name: 'held-back slides', kind: 'held back', fields: 2, cells: 24, was: figures, now: figures, worse: [] }];
  const job = {
    ...{ id: DONE, kind: 'training', state: 'done', done: 1, total: 1, text: '', askedAt: 1, startedAt: 2, endedAt: 3, resumable: true },
    request: { action: 'train', sessions, base: 'default', minutes: 10, oneSlide: false, practice: false },
    result: {
      ...{ action: 'train', model: 'smear-detector 7.7.7', steps: 6, seconds: 9 },
      comparison: { was, now: { ...was, version: '7.7.7', sha256: 'x' }, sets, against: [] },
    },
  };
  await mkdir(join(dataDir, 'jobs'), { recursive: true });
  await writeFile(join(dataDir, 'jobs', `${DONE}.json`), JSON.stringify(job));
};

describe.skipIf(executablePath === undefined)('the training page', { timeout: 180_000 }, () => {
  let dataDir = '';
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'smearscope-train-page-'));
    const sessions = await prepareSessions(dataDir, 2);
    await leaveTraining(dataDir, sessions);
    // What is given later wins.
    service = await startService('simulate:?width=480&height=320&slideWidth=640&slideHeight=480', {
      // Behind everything that else is tested beside it, a job would not end.
      flags: ['--data-dir', dataDir, '--engine', 'onnx:cpu', '--threads', '1', '--job-nice', '0'],
    });
    browser = await chromium.launch({ executablePath: executablePath as string, args: QUIET });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(90_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${service.address}#/train`);
    await page.locator('[data-session]').first().waitFor();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  });

  test('shows the corrected sessions, the curves and the figures, and can be read by everybody', async () => {
    expect(await page.locator('[data-session]').count()).toBe(2);
    await page.getByText('2 slides: whole slides are held back to judge by.').waitFor();
    await page.getByRole('img', { name: /after 2 epochs the loss is 0\.60, discs: mAP50 80\.0/ }).waitFor();
    await page.getByRole('row', { name: /held-back slides/ }).waitFor();
    const folder = process.env['SMEARSCOPE_PICTURES'];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const violations = (await page.evaluate(
        "axe.run('[data-page]', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
      )) as string[];
      expect(violations).toEqual([]);
      if (folder !== undefined) await page.screenshot({ path: join(folder, `train-${colorScheme}.png`) });
    }
  });

  test('promotes what is as good, the running camera takes it up, and goes back', { timeout: 480_000 }, async () => {
    await page.getByRole('button', { name: 'Promote' }).click();
    await page.locator('[data-told]', { hasText: 'smear-detector 7.7.7 is in use' }).waitFor({ timeout: 60_000 });
    await page.locator('[data-in-use]', { hasText: '7.7.7' }).waitFor();
    const { origin, searchParams } = new URL(service.address);
    const model = async (): Promise<string> => {
      const answer = await fetch(`${origin}/api/cameras`, { headers: { authorization: `Bearer ${searchParams.get('token')}` } });
      return JSON.stringify(await answer.json());
    };
    await expect.poll(model, { timeout: 60_000 }).toContain('smear-detector 7.7.7');
    await page.getByRole('button', { name: 'Back to the one before' }).click();
    await page.locator('[data-in-use]', { hasText: 'as shipped' }).waitFor();
    await expect.poll(model, { timeout: 60_000 }).not.toContain('smear-detector 7.7.7');
  });

  test.skipIf(!cpu && !gpu)('trains, is stopped, goes on, and says how the outcome compares', { timeout: 1_200_000 }, async () => {
    await page.getByLabel('Minutes').fill('0.3');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.locator('[data-state="running"]').waitFor();
    // Judging and training stand behind live counting: on a loaded machine they take their time.
    await page.getByText(/^epoch \d+ of/).waitFor({ timeout: 400_000 });
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('[data-state="stopped"]').waitFor({ timeout: 200_000 });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('[data-state="done"]').waitFor({ timeout: 500_000 });
    await page.getByRole('row', { name: /BCCD test fields/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});
