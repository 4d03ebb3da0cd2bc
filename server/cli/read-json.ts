import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';

/** Reads a JSON file that a person gave and holds it against a schema. Throws a `data` fault in one line for whatever is wrong with it. */
export const readJson = async <T>(path: string | URL, what: string, schema: z.ZodType<T>): Promise<T> => {
  const shown = String(path);
  const fault = (why: string, remedy: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'data', path: shown, what: `${what} ${why}`, remedy }, { cause });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fault('cannot be read', 'check the path and its rights', cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault('is not JSON', cause instanceof Error ? cause.message : 'mend the file', cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw fault('cannot be used', `${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
};
