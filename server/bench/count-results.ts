import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';

const n = z.int().min(0);

/** What one scan gave, with one kind of boxes; a line of the results file. */
export const countResult = z.strictObject({
  suite: z.string(),
  seed: z.int(),
  /** True boxes, or those of a model: its name and version. */
  boxes: z.string(),
  /** What the scan was made from, so that results of another length are not taken for it. */
  scan: z.string(),
  classes: z.array(z.strictObject({ class: z.string(), truth: n, counted: n })),
  match: z.strictObject({ matched: n, counted: n, truth: n, otherClass: n, extra: n, missed: n }),
  frames: z.strictObject({ decoded: n, registered: n, inferred: n }),
  islands: n,
  excludedShare: z.number(),
  baselines: z.array(z.strictObject({ tracker: z.string(), counted: n })),
  /** Of the suite of intervals: which of them held the truth. */
  intervals: z.array(z.strictObject({ what: z.string(), held: z.boolean() })).optional(),
  elapsedMs: z.number(),
});
export type CountResult = z.infer<typeof countResult>;

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Results that are there already; a line that a kill cut short is left out. Throws a `data` fault where the file is something else. */
export const readResults = async (path: string): Promise<CountResult[]> => {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new FaultError({ kind: 'data', path, what: 'the results cannot be read', remedy: 'give another --results' }, { cause });
  });
  return text.split('\n').flatMap((line, i) => {
    const content = parsed(line);
    if (content === undefined) return [];
    const result = countResult.safeParse(content);
    if (result.success) return [result.data];
    const what = `line ${i + 1} holds no result of this bench`;
    throw new FaultError({ kind: 'data', path, what, remedy: 'give another --results, or delete it' }, { cause: result.error });
  });
};

export const addResult = async (path: string, result: CountResult): Promise<void> => {
  try {
    await mkdir(dirname(path), { recursive: true });
    // On a line of its own, whatever a kill left before it.
    await appendFile(path, `\n${JSON.stringify(result)}\n`);
  } catch (cause) {
    throw new FaultError({ kind: 'data', path, what: 'the results cannot be written', remedy: 'give another --results' }, { cause });
  }
};
