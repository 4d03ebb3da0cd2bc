import type { Box } from '../../../domain/geometry.ts';
import type { Field } from '../dataset.ts';

/** What is looked for, each with what it means. `serious` findings teach or measure something wrong; the others want a person's eye. */
export const RULES = {
  'damaged-annotation': { serious: true, means: 'annotation that cannot be read' },
  'missing-picture': { serious: true, means: 'picture that is not there' },
  'corrupt-picture': { serious: true, means: 'picture that cannot be decoded to its end' },
  'wrong-type': { serious: true, means: 'content is of another type than the name says' },
  'wrong-size': { serious: true, means: 'annotation says another size than the picture has' },
  'unknown-label': { serious: true, means: 'label that is none of the classes' },
  'empty-box': { serious: true, means: 'box without area' },
  'outside-box': { serious: true, means: 'box that reaches outside the picture' },
  'near-duplicate': { serious: true, means: 'box drawn twice: same class, IoU of 0.9 and more' },
  'across-splits': { serious: true, means: 'picture in more than one split' },
  'across-sets': { serious: true, means: 'picture of a test split that another set does not keep for testing' },
  'same-in-split': { serious: false, means: 'picture twice in one split' },
  'no-box-of-class': { serious: false, means: 'field without a class that most fields have' },
  'few-boxes': { serious: false, means: 'field with far fewer boxes than the others' },
  'odd-size': { serious: false, means: 'box of a size that its class does not have' },
} as const satisfies Readonly<Record<string, { serious: boolean; means: string }>>;

export type Rule = keyof typeof RULES;

export const isSerious = (finding: Finding): boolean => RULES[finding.rule].serious;

/** What `--fix` would do about a finding. */
export type Fix =
  | { readonly do: 'drop box' }
  | { readonly do: 'clip box'; readonly box: Box }
  | { readonly do: 'leave field out' }
  | { readonly do: 'rename picture'; readonly to: string }
  | { readonly do: 'correct size'; readonly widthPx: number; readonly heightPx: number };

export type Finding = {
  readonly rule: Rule;
  readonly split: string;
  /** Picture, as the set names it. */
  readonly field: string;
  /** File to look at: of the marks or of the picture. */
  readonly file: string;
  /** Which mark of the field, from 0. */
  readonly mark?: number;
  readonly label?: string;
  readonly box?: Box;
  readonly what: string;
  /** What could be done, by `--fix` where there is a `fix`, else by a person. */
  readonly proposal: string;
  readonly fix?: Fix;
};

/** A field with the split it is in. */
export type Placed = { readonly split: string; readonly field: Field };

/** A finding on one mark. */
export const onMark = ({ split, field }: Placed, mark: number, rule: Rule, rest: Pick<Finding, 'what' | 'proposal' | 'fix'>): Finding => {
  const { label, box } = field.marks[mark]!;
  return { rule, split, field: field.file, file: field.annotation, mark, label, box, ...rest };
};

/** A finding on the whole field. */
export const onField = ({ split, field }: Placed, rule: Rule, rest: Pick<Finding, 'what' | 'proposal' | 'fix' | 'label'>): Finding => ({
  rule,
  split,
  field: field.file,
  file: field.annotation,
  ...rest,
});
