import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runTrain } from './train.ts';
import { trainOptions } from './train-options.ts';

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    'data-root': { type: 'string' },
    out: { type: 'string' },
    resume: { type: 'boolean' },
    minutes: { type: 'string' },
    epochs: { type: 'string' },
    base: { type: 'string' },
  },
});
const recipe = JSON.parse(await readFile(values.config ?? new URL('default.json', import.meta.url), 'utf8'));
if (values.epochs !== undefined) recipe.epochs = Number(values.epochs);
const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
process.once('SIGTERM', () => abort.abort());
const options = trainOptions.parse({
  recipe,
  dataRoot: values['data-root'],
  out: values.out,
  resume: values.resume,
  ...(values.base === undefined ? {} : { base: values.base }),
  ...(values.minutes === undefined ? {} : { minutes: Number(values.minutes) }),
});
await runTrain(options, {
  progress: (line) => console.error(line),
  signal: abort.signal,
  nowMs: () => Date.now(),
  command: 'npm run -s smearscope -- train --config models/train/default.json --data-root DIR --out DIR',
});
