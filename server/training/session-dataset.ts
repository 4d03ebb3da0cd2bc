import { FaultError } from '../../domain/fault.ts';
import type { Dataset, Field } from '../../models/datasets/dataset.ts';
import type { FieldNote, FieldNotes } from '../../models/datasets/field-notes.ts';
import { fieldWeights } from '../../models/from-sessions/field-weights.ts';
import { type Side, splitSlides } from '../../models/from-sessions/split-slides.ts';
import type { SessionField, SessionFields } from './session-fields.ts';

export type SessionDatasetOptions = {
  /** On which side earlier trainings had a slide. */
  readonly known?: ReadonlyMap<string, Side>;
  /** Train on a single slide and hold back blocks of it, which are no held-back slides. */
  readonly oneSlide?: boolean;
  /** Take fields of the virtual microscope: the set is for practice alone. */
  readonly practice?: boolean;
  /** At most so many fields are trained on, the hardest first. */
  readonly mostFields?: number;
};

export type SessionDataset = {
  readonly dataset: Dataset;
  readonly notes: FieldNotes;
  readonly slides: Readonly<Record<Side, readonly string[]>>;
  readonly corrections: number;
};

/** Of a single slide every fourth block is held back, each of so many fields; of fewer where the slide has not enough for four. */
const BLOCK_FIELDS = 3;
const BLOCKS = 4;

const VIRTUAL = 'simulate:';

const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

const nameOf = ({ session, keyframe }: SessionField): string => `${session}-${keyframe}.jpg`;

/** Blocks of neighbouring keyframes, some of them held back whole. */
const splitBlocks = (fields: readonly SessionField[]): Map<SessionField, Side> => {
  const each = Math.min(BLOCK_FIELDS, Math.max(1, Math.floor(fields.length / BLOCKS)));
  const isHeldBack = (i: number): boolean => Math.floor(i / each) % BLOCKS === BLOCKS - 1;
  return new Map(fields.map((field, i) => [field, field.reviewed && isHeldBack(i) ? 'test' : 'train']));
};

const noteOf = (field: SessionField, weight: number): FieldNote => ({
  ignored: field.ignored.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1]),
  weight,
  umPerPx: field.umPerPx,
  slide: field.slide,
  session: field.session,
  keyframe: field.keyframe,
  reviewed: field.reviewed,
  corrections: field.corrections,
});

const fieldOf = (field: SessionField): Field => ({
  file: nameOf(field),
  picture: { path: field.picture },
  annotation: field.picture,
  widthPx: field.widthPx,
  heightPx: field.heightPx,
  marks: field.marks,
});

/**
 * A data set of corrected sessions: whole slides are held back, fields with the most to correct come first and are shown more often.
 * Faults: `usage` where nothing was reviewed, there is a single slide, the sessions name different classes, or they show the virtual
 * microscope, whose fields judge bundles.
 */
export const sessionDataset = (sessions: readonly SessionFields[], options: SessionDatasetOptions = {}): SessionDataset => {
  const virtual = sessions.filter(({ facts }) => facts.source.startsWith(VIRTUAL));
  if (virtual.length > 0 && !options.practice)
    throw refuse(
      `session ${virtual[0]!.facts.id} shows the virtual microscope, by whose fields bundles are judged: nothing is trained on them`,
      'leave it out, or give --practice for a bundle that cannot be promoted',
    );
  const classes = sessions[0]?.facts.classes ?? [];
  const other = sessions.find(({ facts }) => String(facts.classes) !== String(classes));
  if (other !== undefined)
    throw refuse(
      `session ${other.facts.id} has the classes ${other.facts.classes.join(', ')}, the others ${classes.join(', ')}`,
      'train on sessions of the same classes',
    );
  const fields = sessions.flatMap((session) => session.fields);
  if (fields.length === 0) {
    const lost = sessions.reduce((sum, { withoutPicture }) => sum + withoutPicture, 0);
    throw lost > 0
      ? refuse(`${lost} corrected fields, but no picture of them is kept`, 'correct sessions that have pictures of their fields')
      : refuse('nothing of these sessions was corrected or looked through', 'review some fields of them first');
  }
  const bySlide = Map.groupBy(fields, ({ slide }) => slide);
  const slides = [...bySlide].map(([slide, own]) => ({ slide, reviewedFields: own.filter(({ reviewed }) => reviewed).length }));
  const sides = splitSlides(slides, options.known);
  const onSide = (side: Side): string[] => [...sides].filter(([, of]) => of === side).map(([slide]) => slide);
  if (bySlide.size === 1 && !options.oneSlide)
    throw refuse(
      `all of it is one slide (${[...bySlide.keys()][0]}): no slide is left to judge the bundle by`,
      'review a second slide, or give --one-slide to hold back blocks of this one: figures from them are not of held-back slides, and such a bundle is not promoted',
    );
  if (bySlide.size > 1 && onSide('test').length === 0)
    throw refuse(
      `of ${bySlide.size} slides none can be held back: only slides with fields that were looked through whole can judge`,
      'look through whole fields of two slides and mark them as reviewed',
    );
  const blocks = bySlide.size === 1 ? splitBlocks(fields) : undefined;
  const sideOf = (field: SessionField): Side => blocks?.get(field) ?? sides.get(field.slide)!;
  const hardestFirst = fields
    .filter((field) => sideOf(field) === 'train')
    .sort((a, b) => b.hardness - a.hardness || a.keyframe - b.keyframe);
  const train = hardestFirst.slice(0, options.mostFields ?? Number.POSITIVE_INFINITY);
  if (train.length === 0) throw refuse('no field is left to train on', 'review fields of another slide');
  // What was not looked through whole cannot say what was missed.
  const wholeOn = (side: Side): SessionField[] => fields.filter((field) => sideOf(field) === side && field.reviewed);
  const [val, test] = [wholeOn('val'), wholeOn('test')];
  if (test.length === 0) {
    const whole = fields.filter(({ reviewed }) => reviewed).length;
    throw refuse(
      `all fields are of ${bySlide.size === 1 ? 'one slide' : `${bySlide.size} slides`}, ${whole} of them looked through whole: none is left to judge the bundle by`,
      blocks === undefined
        ? 'look through whole fields of another slide and mark them as reviewed'
        : `look through at least ${BLOCKS} fields of it whole and mark them as reviewed, or record and review a second slide`,
    );
  }
  const weights = fieldWeights(train.map(({ hardness }) => hardness));
  const notes: FieldNotes = {
    schema: 'smearscope.field-notes/1',
    heldBack: blocks === undefined ? 'slides' : 'blocks',
    ...(virtual.length > 0 ? { practice: true } : {}),
    fields: Object.fromEntries([
      ...train.map((field, i) => [nameOf(field), noteOf(field, weights[i]!)] as const),
      ...[...val, ...test].map((field) => [nameOf(field), noteOf(field, 1)] as const),
    ]),
  };
  const source = `corrected sessions: ${sessions.map(({ facts }) => facts.id).join(', ')}`.slice(0, 300);
  return {
    dataset: {
      classes,
      splits: [
        { name: 'train', fields: train.map(fieldOf) },
        ...(val.length > 0 ? [{ name: 'val', fields: val.map(fieldOf) }] : []),
        { name: 'test', fields: test.map(fieldOf) },
      ],
      facts: { umPerPx: train[0]!.umPerPx, source, licence: 'own' },
      notes,
    },
    notes,
    slides: { train: onSide('train'), val: onSide('val'), test: blocks === undefined ? onSide('test') : [] },
    corrections: fields.reduce((sum, field) => sum + field.corrections, 0),
  };
};
