import path from 'node:path';
import type { FaultError } from '../../domain/fault.ts';
import type { Box } from '../../domain/geometry.ts';
import type { FieldNotes } from './field-notes.ts';

/** Where the bytes of a picture lie: a whole file, or a stretch of one. */
export type PictureBytes = { readonly path: string; readonly range?: { readonly start: number; readonly length: number } };

/** An outline as COCO writes it: polygons `[x, y, x, y, …]`, or run lengths over the picture's columns (`size` is height, width). */
export type Outline =
  | readonly (readonly number[])[]
  | { readonly counts: string | readonly number[]; readonly size: readonly [number, number] };

/** What a person drew around one cell, in pixels of the picture, with the name that the file gives it. */
export type Mark = {
  readonly label: string;
  readonly box: Box;
  readonly outline?: Outline;
  /** Area of the outline, where the file says it. */
  readonly areaPx2?: number;
  /** Stands for many cells (COCO's `iscrowd`). */
  readonly crowd?: true;
  /** Pascal VOC's words on a mark. */
  readonly difficult?: true;
  readonly truncated?: true;
};

/** One picture with its marks. Width and height are 0 where the picture could not be read and the file does not say them. */
export type Field = {
  /** File name of the picture, perhaps with folders, always with `/`. */
  readonly file: string;
  readonly picture: PictureBytes;
  /** The file that holds the marks. */
  readonly annotation: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly marks: readonly Mark[];
};

export type Split = { readonly name: string; readonly fields: readonly Field[] };

/** What is known of a set beside its marks. */
export type DatasetFacts = {
  readonly umPerPx?: number | undefined;
  readonly source?: string | undefined;
  readonly licence?: string | undefined;
};

/** A set of labelled fields, whichever format it lies in. Holds names and boxes, never pixels. */
export type Dataset = {
  readonly classes: readonly string[];
  readonly splits: readonly Split[];
  readonly facts: DatasetFacts;
  /** Notes on its fields; written beside them where there are any. */
  readonly notes?: FieldNotes;
};

/** What a reader is told beside the folder and the split. */
export type ReadOptions = {
  /** Names of the classes, for a format that numbers them and a folder that does not name them. */
  readonly classes?: readonly string[] | undefined;
  /** Hears what is damaged and was left out; without it the first damage is thrown. */
  readonly onDamage?: ((damage: FaultError) => void) | undefined;
  /** Hears of each field. */
  readonly onField?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ReadSplit = {
  /** Classes in the order of the format's own list, followed by what the marks name beyond it. */
  readonly classes: readonly string[];
  readonly fields: readonly Field[];
};

/** Reads one format. Faults: `data`. */
export type DatasetReader = {
  /** Names of the splits; none where the folder is not in this format. `all` where the fields are not split. */
  splits(dir: string): Promise<readonly string[]>;
  read(dir: string, split: string, options: ReadOptions): Promise<ReadSplit>;
};

/** Name of a split that is the whole set. */
export const WHOLE = 'all';

/** File name without folders and extension: the same picture under another annotation has the same name. */
export const fieldName = (field: { readonly file: string }): string => path.posix.parse(field.file).name;

/** How many boxes each label has. */
export const countMarks = (fields: readonly Field[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { marks } of fields) for (const { label } of marks) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
};

/** The names with those of the marks that are not among them, the most frequent first. */
export const withLabels = (names: readonly string[], fields: readonly Field[]): string[] => {
  const others = [...countMarks(fields)].filter(([label]) => !names.includes(label));
  return [...new Set([...names, ...others.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([label]) => label)])];
};

/** Boxes by label, in the order of the classes, with 0 for a class without any. */
export const boxesByClass = (classes: readonly string[], fields: readonly Field[]): Record<string, number> => {
  const counts = countMarks(fields);
  return Object.fromEntries([...new Set([...classes, ...counts.keys()])].map((label) => [label, counts.get(label) ?? 0]));
};

/** What a writer is told beside the set. */
export type WriteOptions = {
  /** Hears of each field written. */
  readonly onField?: (() => void) | undefined;
  /** YOLO alone: polygons in place of boxes; those of marks without an outline are their boxes. */
  readonly polygons?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
};
