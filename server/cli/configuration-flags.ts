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

/** Adds `--config FILE` and a flag for each of `keys`, described as the schema describes them. */
export const withConfigurationFlags = (command: Command, keys: readonly ConfigurationKey[]): Command => {
  command.option('--config <file>', 'configuration file (default: smearscope.json in this folder, where there is one)');
  for (const key of keys) {
    const fallback = configuration.shape[key].safeParse(undefined).data;
    const description = `${configuration.shape[key].description}${fallback === undefined ? '' : ` (default: ${fallback})`}`;
    command.addOption(new Option(`${flagName(key)} <value>`, description));
  }
  return command;
};

/** The configuration with the flags that the person gave laid over the file and the environment. */
export const configurationFrom = ({ config, ...options }: ConfigurationValues): Promise<LoadedConfiguration> =>
  loadConfiguration({
    flags: Object.fromEntries(CONFIGURATION_KEYS.map((key) => [key, options[key]])),
    file: config as string | undefined,
  });
