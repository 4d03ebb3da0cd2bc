import type { SettingSchema, SettingValue } from '../../../domain/settings-document.ts';

/** How a setting is called on the page; its description comes from the schema. */
type Words = { readonly label: string; readonly unit?: string };

/** Groups in the order of the page. A setting that stands in none of them is shown below the last one, by its key's own words. */
export const settingGroups: readonly { readonly title: string; readonly settings: Readonly<Record<string, Words>> }[] = [
  {
    title: 'What is shown',
    settings: {
      source: { label: 'Source at start' },
      specimen: { label: 'Specimen' },
      line: { label: 'Counting line' },
      umPerPx: { label: 'Scale', unit: 'µm / px' },
      calibration: { label: 'Calibration profile' },
    },
  },
  {
    title: 'Counting',
    settings: {
      stopAt: { label: 'Stop rule' },
      thickCover: { label: 'Too thick: covered' },
      thickOverlap: { label: 'Too thick: overlapping' },
      thinCover: { label: 'Too thin' },
      plateletFactor: { label: 'Platelet factor' },
      wbcFactor: { label: 'White cell factor' },
      fieldNumberMm: { label: 'Field number', unit: 'mm' },
    },
  },
  {
    title: 'Which frames count',
    settings: {
      minSharpness: { label: 'Lowest sharpness' },
      maxSmearPx: { label: 'Longest motion smear', unit: 'px' },
      exposureMs: { label: 'Shutter time', unit: 'ms' },
    },
  },
  {
    title: 'Network',
    settings: {
      model: { label: 'Model' },
      engine: { label: 'Engine' },
      precision: { label: 'Precision' },
      threads: { label: 'Threads' },
      outlines: { label: 'Outlines of cells' },
    },
  },
  {
    title: 'Live picture',
    settings: {
      previewWidthPx: { label: 'Widest picture', unit: 'px' },
      previewQuality: { label: 'JPEG quality' },
    },
  },
  {
    title: 'Service',
    settings: { host: { label: 'Address' }, port: { label: 'Port' }, dataDir: { label: 'Data folder' } },
  },
];

const OTHERS = 'More';

/** `keepVideoMs` as `Keep video ms`. */
const plainWords = (key: string): string => {
  const words = key.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export type NamedSetting = Words & { readonly key: string; readonly schema: SettingSchema };

const matches = ({ key, label, schema }: NamedSetting, search: string): boolean => {
  const text = `${key} ${label} ${schema.description ?? ''} ${schema.enum?.join(' ') ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** The settings of a schema in their groups, as far as they match all words of a search. */
export const groupedSettings = (
  properties: Readonly<Record<string, SettingSchema>>,
  search: string,
): readonly { readonly title: string; readonly settings: readonly NamedSetting[] }[] => {
  const named = new Set(settingGroups.flatMap(({ settings }) => Object.keys(settings)));
  const others = Object.fromEntries(
    Object.keys(properties)
      .filter((key) => !named.has(key))
      .map((key) => [key, { label: plainWords(key) }]),
  );
  return [...settingGroups, { title: OTHERS, settings: others }]
    .map(({ title, settings }) => ({
      title,
      settings: Object.entries(settings)
        .flatMap(([key, words]) => (properties[key] ? [{ ...words, key, schema: properties[key] }] : []))
        .filter((setting) => matches(setting, search)),
    }))
    .filter(({ settings }) => settings.length > 0);
};

/** Why a value does not fit its schema, in a few words; `undefined` where it does. The service has the last word. */
export const misfit = (schema: SettingSchema, value: SettingValue | null): string | undefined => {
  if (value === null) return undefined;
  if (schema.type === 'number' || schema.type === 'integer') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'a number is needed';
    if (schema.type === 'integer' && !Number.isInteger(value)) return 'a whole number is needed';
    if (schema.minimum !== undefined && value < schema.minimum) return `at least ${schema.minimum}`;
    if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) return `more than ${schema.exclusiveMinimum}`;
    if (schema.maximum !== undefined && value > schema.maximum) return `at most ${schema.maximum}`;
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(String(value))) return 'this is not of the form that is needed';
  return undefined;
};

/** Steps of a slider between two ends: a hundred or fewer, of a size that reads well. */
export const sliderStep = (min: number, max: number, whole: boolean): number => {
  const rough = (max - min) / 100;
  const step = 10 ** Math.ceil(Math.log10(rough) - 1e-9);
  return whole ? Math.max(1, step) : step;
};
