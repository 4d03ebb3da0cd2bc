import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Configuration, configuration } from '../domain/configuration.ts';
import { FaultError } from '../domain/fault.ts';
import { nearMatch } from './near-match.ts';

export type ConfigurationKey = keyof Configuration;

/** Where a value came from; a later one in this list is laid over an earlier one. */
export type ConfigurationLayer = 'default' | 'file' | 'environment' | 'flag';

/** Values by key as a layer gives them, not yet parsed; keys whose value is `undefined` are not set. */
export type ConfigurationValues = Readonly<Record<string, unknown>>;

export type LoadedConfiguration = {
  readonly configuration: Configuration;
  /** The layer that each value came from. */
  readonly from: Readonly<Record<ConfigurationKey, ConfigurationLayer>>;
  /** The file that was read, where there was one. */
  readonly file: string | undefined;
};

export const CONFIGURATION_KEYS = Object.keys(configuration.shape) as ConfigurationKey[];
const isSwitch = (key: ConfigurationKey): boolean => typeof configuration.shape[key].safeParse(undefined).data === 'boolean';
/** Read from the present folder where no other file is named. */
export const CONFIGURATION_FILE = 'smearscope.json';
const ENVIRONMENT_PREFIX = 'SMEARSCOPE_';

/** `umPerPx` as `SMEARSCOPE_UM_PER_PX`. */
export const environmentName = (key: string): string => ENVIRONMENT_PREFIX + key.replaceAll(/[A-Z]/g, '_$&').toUpperCase();

/** `umPerPx` as `--um-per-px`. */
export const flagName = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const unknownKey = (layer: string, key: string, known: readonly string[]): FaultError => {
  const near = nearMatch(key, known);
  return new FaultError({
    kind: 'config',
    key,
    what: `unknown setting in ${layer}`,
    remedy: near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`,
  });
};

const readFileLayer = async (file: string | undefined): Promise<{ values: ConfigurationValues; file: string | undefined }> => {
  const path = resolve(file ?? CONFIGURATION_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (file === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return { values: {}, file: undefined };
    throw new FaultError({ kind: 'data', path, what: 'cannot read the configuration', remedy: 'check the path and its rights' }, { cause });
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new FaultError(
      { kind: 'data', path, what: 'the configuration is not JSON', remedy: cause instanceof Error ? cause.message : 'mend the file' },
      { cause },
    );
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new FaultError({ kind: 'data', path, what: 'the configuration is not an object', remedy: 'write { "key": value, … }' });
  const known: readonly string[] = CONFIGURATION_KEYS;
  for (const key of Object.keys(values)) if (!known.includes(key)) throw unknownKey(path, key, known);
  return { values: values as ConfigurationValues, file: path };
};

/** The environment is not ours alone: a name that is near to none of the settings is somebody else's and left alone. */
const readEnvironmentLayer = (environment: NodeJS.ProcessEnv): ConfigurationValues => {
  const keyOf = new Map(CONFIGURATION_KEYS.map((key) => [environmentName(key), key]));
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || value === undefined || value === '') continue;
    const key = keyOf.get(name);
    if (key !== undefined) values[key] = value;
    else if (nearMatch(name.slice(ENVIRONMENT_PREFIX.length), CONFIGURATION_KEYS) !== undefined)
      throw unknownKey('the environment', name, [...keyOf.keys()]);
  }
  return values;
};

/** The name under which a person set the key, so that the message points at what they wrote. */
const nameIn = (layer: ConfigurationLayer, key: string): string =>
  layer === 'flag' ? flagName(key) : layer === 'environment' ? environmentName(key) : key;

/**
 * Lays the file, the environment and the flags over the defaults and parses the result.
 * `file` must exist when it is given; else `smearscope.json` of the present folder is read where there is one.
 * Throws a `config` fault for an unknown key or a value that cannot be, a `data` fault for a file that cannot be read.
 */
export const loadConfiguration = async ({
  flags = {},
  environment = process.env,
  file,
}: {
  readonly flags?: ConfigurationValues;
  readonly environment?: NodeJS.ProcessEnv;
  readonly file?: string | undefined;
} = {}): Promise<LoadedConfiguration> => {
  const fromFile = await readFileLayer(file);
  const layers: readonly [ConfigurationLayer, ConfigurationValues][] = [
    ['file', fromFile.values],
    ['environment', readEnvironmentLayer(environment)],
    ['flag', flags],
  ];
  const values: Record<string, unknown> = {};
  const from = Object.fromEntries(CONFIGURATION_KEYS.map((key) => [key, 'default'])) as Record<ConfigurationKey, ConfigurationLayer>;
  for (const [layer, given] of layers)
    for (const key of CONFIGURATION_KEYS) {
      const value = given[key];
      if (value === undefined) continue;
      // Numbers are coerced by the schema, which would take null, true and [] for 0 and 1.
      if (typeof value !== 'string' && typeof value !== 'number' && !(typeof value === 'boolean' && isSwitch(key)))
        throw new FaultError({
          kind: 'config',
          key,
          what: `setting cannot be ${JSON.stringify(value)}`,
          remedy: 'give a text or a number',
        });
      values[key] = value;
      from[key] = layer;
    }
  const parsed = configuration.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const key = String(issue.path[0]) as ConfigurationKey;
    const shown = key === 'token' ? '' : ` ${JSON.stringify(values[key])}`;
    throw new FaultError({
      kind: 'config',
      key: nameIn(from[key], key),
      what: `setting${shown} cannot be used`,
      remedy: issue.message,
    });
  }
  return { configuration: parsed.data, from, file: fromFile.file };
};
