import type { SessionSummary } from '../../../domain/session.ts';
import { classStyle } from '../counts/class-style.ts';
import { countWords } from '../shell/number-words.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' });
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** When something was, on this computer's clock: `21 Nov 2026, 14:05`. */
export const whenWords = (at: number): string => `${day.format(at)}, ${time.format(at)}`;

/** A length of time in the unit it reads well in: `48 s`, `12 min`, `1 h 05 min`. */
export const lengthWords = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

export const bytesWords = (bytes: number): string => {
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : countWords(value)} ${units[unit]}`;
};

/** `Red cells 812, White cells 12`. */
export const countsWords = ({ classes, counts }: Pick<SessionSummary, 'classes' | 'counts'>): string =>
  classes.map((name, index) => `${classStyle(index, name).label} ${countWords(counts[name] ?? 0)}`).join(', ');

/** Flags from a line in which somebody wrote them, each once. */
export const flagsOf = (line: string): string[] => [
  ...new Set(
    line
      .split(',')
      .map((flag) => flag.trim())
      .filter((flag) => flag !== ''),
  ),
];
