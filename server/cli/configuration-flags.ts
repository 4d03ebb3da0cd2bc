import { type Command, Option } from 'commander';
import { configuration } from '../../domain/configuration.ts';
import {
  CONFIGURATION_KEYS,
  type ConfigurationKey,
  type ConfigurationValues,
  flagName,
  type LoadedConfiguration,
  loadConfiguration,
} from '../load-configuration.ts';

type Described = { readonly description?: string | undefined; safeParse(value: unknown): { readonly data?: unknown } };

/** Adds a flag for each of a schema's keys, as the schema describes it; what is false by itself becomes a switch, what is true can be switched off. */
export const withSchemaFlags = <Key extends string>(
  command: Command,
  shape: Readonly<Record<Key, Described>>,
  keys: readonly Key[],
): Command => {
  for (const key of keys) {
    const fallback = shape[key].safeParse(undefined).data;
    const given = fallback === undefined || fallback === false ? '' : ` (default: ${fallback})`;
    command.addOption(new Option(fallback === false ? flagName(key) : `${flagName(key)} <value>`, `${shape[key].description}${given}`));
    if (fallback === true)
      command.addOption(new Option(flagName(`no${key[0]!.toUpperCase()}${key.slice(1)}`), `the same as ${flagName(key)} false`));
  }
  return command;
};

/** Adds `--config FILE` and a flag for each of `keys` of the configuration. */
export const withConfigurationFlags = (command: Command, keys: readonly ConfigurationKey[]): Command =>
  withSchemaFlags(
    command.option('--config <file>', 'configuration file (default: smearscope.json in this folder, where there is one)'),
    configuration.shape,
    keys,
  );

/** The configuration with the flags that the person gave laid over the file and the environment. */
export const configurationFrom = ({ config, ...options }: ConfigurationValues): Promise<LoadedConfiguration> =>
  loadConfiguration({
    flags: Object.fromEntries(CONFIGURATION_KEYS.map((key) => [key, options[key]])),
    file: config as string | undefined,
  });
