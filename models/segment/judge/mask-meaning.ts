import { FaultError } from '../../../domain/fault.ts';
import type { MaskLabels } from '../segment-recipe.ts';

/** Which planes a value of a mask stands for: grey values 0 to 255, or colours as `#rrggbb`. */
export type MaskMeaning = {
  readonly planes: readonly string[];
  readonly isColoured: boolean;
  /** Planes of a grey value, or of a colour as one number; `unknown` where nobody vouches for the pixel, `undefined` where nobody said what it stands for. */
  readonly planesOf: (value: number) => readonly string[] | 'unknown' | undefined;
};

const badValues = (entry: string): FaultError =>
  new FaultError({
    kind: 'usage',
    what: `--values does not take "${entry}"`,
    remedy: 'write VALUE=PLANE with commas between, as 128=cytoplasm,255=nucleus or #00ffff=eosinophil; several planes with +',
  });

type Values = Readonly<Record<string, readonly string[]>>;

/** The meaning of grey values and colours. 0 is background where nobody says otherwise. */
const meaningOf = (values: Values): MaskMeaning => {
  const entries = Object.entries(values);
  const isColoured = entries.some(([value]) => value.startsWith('#'));
  const meant = new Map<number, readonly string[]>([[0, []]]);
  for (const [value, planes] of entries) {
    const coloured = /^#[0-9a-f]{6}$/i.test(value);
    if (coloured !== isColoured || !(coloured || /^\d{1,3}$/.test(value))) throw badValues(value);
    meant.set(coloured ? Number.parseInt(value.slice(1), 16) : Number(value), planes);
  }
  return { planes: [...new Set(entries.flatMap(([, planes]) => planes))], isColoured, planesOf: (value) => meant.get(value) };
};

/** What `--values` says; without it, 255 is cell. Faults: `usage`. */
export const readMeaning = (text: string | undefined): MaskMeaning => {
  const values = (text ?? '255=cell').split(',').map((entry): [string, string[]] => {
    const [value, planes, more] = entry.split('=');
    const names = planes?.split('+').map((name) => name.trim()) ?? [];
    if (value === undefined || more !== undefined || names.length === 0 || names.some((name) => !/^\S[^,=+]{0,39}$/.test(name)))
      throw badValues(entry);
    return [value.trim(), names];
  });
  return meaningOf(Object.fromEntries(values));
};

/** What a recipe says: grey values that it does not name are background, colours are unknown. */
export const meaningOfLabels = ({ values, colours, unknown }: Pick<MaskLabels, 'values' | 'colours' | 'unknown'>): MaskMeaning => {
  const { planesOf, ...meaning } = meaningOf(colours ?? values);
  const rest = meaning.isColoured ? 'unknown' : [];
  return { ...meaning, planesOf: (value) => (!meaning.isColoured && unknown.includes(value) ? 'unknown' : (planesOf(value) ?? rest)) };
};
