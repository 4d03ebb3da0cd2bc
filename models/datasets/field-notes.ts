import path from 'node:path';
import { z } from 'zod';
import { damaged, LIMITS, readTextIfThere } from './bounded-read.ts';

/** File in a data set's folder that says of its fields what annotation formats cannot. */
export const FIELD_NOTES = 'field-notes.json';

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** What is known of one field beside its boxes. */
export const fieldNote = z.strictObject({
  /** Parts, in pixels of the picture, that nobody vouches for: what lies there is neither a cell nor background. */
  ignored: z.array(box).max(20_000).default([]),
  /** How often it is shown in training against the others, by how much of it had to be corrected. */
  weight: z.number().positive().max(20).default(1),
  /** Micrometres for one pixel, where fields of a set differ. */
  umPerPx: z.number().positive().max(10).optional(),
  /** Which slide it shows: fields of one slide stay on one side. */
  slide: z.string().max(200).optional(),
  session: z.string().max(60).optional(),
  keyframe: z.int().min(0).optional(),
  /** Whether all of it was looked through. */
  reviewed: z.boolean().optional(),
  /** Cells of it that a person corrected. */
  corrections: z.int().min(0).optional(),
});
export type FieldNote = z.infer<typeof fieldNote>;

/** Notes by the name of the picture's file, which is unique within the set. */
export const fieldNotes = z.strictObject({
  schema: z.literal('smearscope.field-notes/1'),
  /** What was held back to judge by: whole slides, or blocks of slides that were trained on too. */
  heldBack: z.enum(['slides', 'blocks']).optional(),
  /** The fields are those of the virtual microscope: such a set is for practice. */
  practice: z.boolean().optional(),
  fields: z.record(z.string().max(1000), fieldNote),
});
export type FieldNotes = z.infer<typeof fieldNotes>;

/** The notes of a data set; `undefined` where it has none. Faults: `data` where they are damaged. */
export const readFieldNotes = async (dir: string): Promise<FieldNotes | undefined> => {
  const file = path.join(dir, FIELD_NOTES);
  const text = await readTextIfThere(file, LIMITS.documentBytes, 'notes on the fields');
  if (text === undefined) return undefined;
  try {
    return fieldNotes.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(file, 'the notes on the fields are damaged', 'make the set again, or take this file away', cause);
  }
};
