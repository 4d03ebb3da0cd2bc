import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classifyDocument } from '../../domain/classify-document.ts';
import { cellsRecipe, drawnCells } from '../models/classify/drawn-cells.ts';
import { type Finished, runCli } from './run-cli.ts';

let root = '';
const cli = (words: readonly string[]): Promise<Finished> => runCli(words, { cwd: root });
beforeAll(async () => {
  root = await drawnCells();
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('a classifier is trained, judged and asked from the command line', async () => {
  const config = path.join(root, 'recipe.json');
  await writeFile(config, JSON.stringify(cellsRecipe({ epochs: 14 })));
  const [run, bundle] = [path.join(root, 'run'), path.join(root, 'bundle')];
  const trained = await cli(['train', '--config', config, '--data-root', root, '--out', run, '--bundle', bundle, '--json']);
  expect(trained.code, trained.stderr).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ schema: 'smearscope.train/1', task: 'classify', finished: true });
  for (const file of ['train_metrics.csv', 'report.html', 'recipe.json', 'run.json']) expect(existsSync(path.join(run, file))).toBe(true);

  const cells = path.join(root, 'cells');
  const judged = await cli(['evaluate', '--task', 'classify', '--model', bundle, '--data', cells, '--split', 'all', '--json']);
  const document = classifyDocument.parse(JSON.parse(judged.stdout));
  expect([document.cells, document.split]).toEqual([60, 'all']);
  expect(document.balancedAccuracy.value).toBeGreaterThan(0.8);

  const picture = path.join(cells, 'rust', 'rust-0.png');
  const maps = path.join(root, 'maps');
  const asked = await cli(['models', 'classify', picture, '--um-per-px', '0.2', '--model', bundle, '--heat-maps', maps, '--json']);
  const said = JSON.parse(asked.stdout);
  expect(said.cells[0].kind).toBe('rust');
  expect(existsSync(said.cells[0].heatMap)).toBe(true);

  const wrong = await cli(['evaluate', '--task', 'classify', '--model', bundle, '--data', cells, '--split', 'val']);
  expect([wrong.code, wrong.stderr.trim()]).toEqual([2, 'no split val of cells: choose held-out, train, all']);
  const detector = await cli(['models', 'classify', picture, '--um-per-px', '0.2', '--model', 'default']);
  expect(detector.stderr).toMatch(/no classifier of cells/);
}, 240_000);
