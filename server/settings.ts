import { basename } from 'node:path';
import { z } from 'zod';
import { type Configuration, configuration as schema } from '../domain/configuration.ts';
import { FaultError } from '../domain/fault.ts';
import type { SettingApplies, SettingsAnswer, SettingsChange, SettingValue } from '../domain/settings-document.ts';
import { loadBundle } from '../models/runtime/bundle.ts';
import { cameraSettings } from './camera/camera-messages.ts';
import { pageSource } from './http/page-source.ts';
import { parseSourceAddress } from './ingest/source-address.ts';
import { keepSettings } from './keep-settings.ts';
import { CONFIGURATION_KEYS, type ConfigurationKey, type LoadedConfiguration } from './load-configuration.ts';
import { nearMatch } from './near-match.ts';
import { modelsFolder } from './training/known-sites.ts';

/** The settings of a running service, and the way to change them. */
export type Settings = {
  answer(): SettingsAnswer;
  /** Checks all of a change before any of it holds. Throws a `config` fault for what cannot be, a `bundle` fault for a model that is not there. */
  change(change: SettingsChange): Promise<SettingsAnswer>;
};

/** Who may look in from elsewhere, and what files the page may reach, is decided at the machine and not from the page. */
const FIXED: ReadonlySet<string> = new Set(['host', 'token', 'dataDir']);

/** What can change in the middle of a count; any other setting of a camera makes another count of it. */
const WHILE_COUNTING: ReadonlySet<string> = new Set([
  'stopAt',
  'plateletFactor',
  'wbcFactor',
  'fieldNumberMm',
  'previewWidthPx',
  'previewQuality',
  'engine',
  'threads',
  'outlines',
  'exposureMs',
  'maxSmearPx',
  'minSharpness',
]);

export const settingApplies = (key: string): SettingApplies => {
  if (FIXED.has(key)) return 'fixed';
  if (!(key in cameraSettings.shape)) return 'start';
  return WHILE_COUNTING.has(key) ? 'running' : 'anew';
};

const shown = CONFIGURATION_KEYS.filter((key) => key !== 'token');
const jsonSchema = z.toJSONSchema(schema.omit({ token: true })) as unknown as SettingsAnswer['schema'];

const refuse = (key: string, what: string, remedy: string): never => {
  throw new FaultError({ kind: 'config', key, what, remedy });
};

/** Values coerce to numbers, which would take `true` for 1. */
const fits = (value: SettingValue, key: string): boolean => {
  const type = jsonSchema.properties[key]?.type;
  return typeof value === (type === 'integer' ? 'number' : type);
};

/** The configuration that a change makes of `present`. */
const changed = (present: Configuration, change: SettingsChange): Configuration => {
  const values: Record<string, unknown> = { ...present };
  for (const [key, value] of Object.entries(change)) {
    if (!(shown as readonly string[]).includes(key)) {
      const near = nearMatch(key, shown);
      refuse(key.slice(0, 60), 'there is no such setting', near === undefined ? `known are ${shown.join(', ')}` : `did you mean ${near}?`);
    }
    if (FIXED.has(key)) refuse(key, 'this setting cannot be changed from the page', 'set it in the file or by its flag, and start anew');
    if (key === 'model' && value !== null && value !== present.model && !/^[\w.-]{1,80}$/.test(String(value)))
      refuse(key, 'from the page a model is chosen by its name', 'give the name of a bundle, or start with --model and its folder');
    if (value !== null && !fits(value, key))
      refuse(key, `setting cannot be ${JSON.stringify(value)}`, `its kind is ${jsonSchema.properties[key]?.type}`);
    if (value === null) delete values[key];
    else values[key] = value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = String(issue.path[0]);
  return refuse(key, `setting ${JSON.stringify(change[key])} cannot be used`, issue.message);
};

/**
 * Keeps what is changed in `file`, where there is one, and hands the new configuration to `apply` where running cameras are concerned, with
 * whether they may go on with their counts.
 * Changes are taken one after the other.
 */
export const createSettings = (
  start: Configuration,
  { from, file }: { readonly from?: LoadedConfiguration['from'] | undefined; readonly file?: string | undefined },
  apply: (configuration: Configuration, goOn: boolean) => Promise<void>,
): Settings => {
  let present = start;
  let turn: Promise<unknown> = Promise.resolve();
  const origin: Record<string, SettingsAnswer['from'][string]> = Object.fromEntries(shown.map((key) => [key, from?.[key] ?? 'default']));
  // What is shown holds no password.
  const shownValue = (key: ConfigurationKey): SettingValue | undefined =>
    key === 'source' ? parseSourceAddress(present.source).label : present[key];

  const answer = (): SettingsAnswer => ({
    schema: jsonSchema,
    values: Object.fromEntries(
      shown.flatMap((key) => {
        const value = shownValue(key);
        return value === undefined ? [] : [[key, value]];
      }),
    ),
    applies: Object.fromEntries(shown.map((key) => [key, settingApplies(key)])),
    from: { ...origin },
    waiting: shown.filter((key) => settingApplies(key) === 'start' && present[key] !== start[key]),
    ...(file === undefined ? {} : { file: basename(file) }),
  });

  const make = async (asked: SettingsChange): Promise<SettingsAnswer> => {
    const change = typeof asked['source'] === 'string' ? { ...asked, source: await pageSource(asked['source'], present) } : asked;
    const next = changed(present, change);
    if (next.model !== present.model) await loadBundle(next.model, { searchIn: [modelsFolder(next.dataDir)] });
    if (file !== undefined) await keepSettings(file, change);
    const touched = (Object.keys(change) as ConfigurationKey[]).filter((key) => next[key] !== present[key]);
    present = next;
    for (const [key, value] of Object.entries(change))
      if (origin[key] !== 'flag' && origin[key] !== 'environment') origin[key] = value === null ? 'default' : 'file';
    const how = new Set(touched.map(settingApplies));
    if (how.has('running') || how.has('anew')) await apply({ ...next, port: start.port, source: start.source }, !how.has('anew'));
    return answer();
  };

  return {
    answer,
    change: (change) => {
      const made = turn.then(() => make(change));
      turn = made.catch(() => {});
      return made;
    },
  };
};
