import { type Configuration, configuration } from '../../domain/configuration.ts';
import type { SessionFacts } from '../../domain/session.ts';

const COUNTED_WITH = ['model', 'precision', 'threads', 'thickCover', 'thickOverlap', 'thinCover'] as const;

export type CountedSettings = Pick<Configuration, (typeof COUNTED_WITH)[number]>;

/** The settings that a session was counted with, as far as its replay depends on them; what it does not name has its default. */
export const countedSettings = ({ settings }: Pick<SessionFacts, 'settings'>): CountedSettings => {
  const named = Object.fromEntries(COUNTED_WITH.flatMap((key) => (settings[key] === undefined ? [] : [[key, settings[key]]])));
  const parsed = configuration.safeParse(named);
  return parsed.success ? parsed.data : configuration.parse({});
};
