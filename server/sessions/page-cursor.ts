import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';

const mark = z.tuple([z.union([z.number(), z.string().max(60)]), z.union([z.number(), z.string().max(60)])]);

/** Where a page of a list ended, as text that the next request brings back. */
export const cursorOf = (key: number | string, id: number | string): string => Buffer.from(JSON.stringify([key, id])).toString('base64url');

/** The place of a cursor. Throws a `usage` fault for what is none. */
export const readCursor = (cursor: string): z.infer<typeof mark> => {
  try {
    return mark.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new FaultError({ kind: 'usage', what: 'the cursor is none that was given out', remedy: 'begin without one' }, { cause });
  }
};
