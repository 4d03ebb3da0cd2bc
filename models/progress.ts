import type { CommandIo } from './command-io.ts';

/** How far a long command is, for the person who waits: a line that is written over, with the time left. */
export type Progress = {
  /** Tells of `done` of `total`; `total` may change on the way. `note` is what else is worth knowing. */
  at(done: number, total: number, note?: string): void;
  /** Takes the line away. */
  end(): void;
};

/** Moments kept to know the pace. */
const MOST_MOMENTS = 256;

export const clockText = (seconds: number): string => {
  const [whole, minutes] = [Math.max(0, Math.round(seconds)), Math.floor(Math.max(0, Math.round(seconds)) / 60)];
  const two = (value: number): string => String(value).padStart(2, '0');
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
};

/**
 * Follows a command that has done `before` already, counting in `unit`s. The time left is from the pace of the newer half of the time so
 * far: steady, and yet the slow start is forgotten.
 */
export const createProgress = (io: Pick<CommandIo, 'status' | 'nowMs'>, unit: string, before = 0): Progress => {
  let moments = [{ ms: io.nowMs(), done: before }];
  return {
    at: (done, total, note) => {
      const ms = io.nowMs();
      const middle = (moments[0]!.ms + ms) / 2;
      const from = moments.findLast((moment) => moment.ms <= middle) ?? moments[0]!;
      const secondsEach = done > from.done ? (ms - from.ms) / 1000 / (done - from.done) : undefined;
      const left = secondsEach === undefined || done >= total ? [] : [`${clockText(secondsEach * (total - done))} left`];
      io.status?.({
        share: total > 0 ? done / total : 1,
        text: [`${unit} ${done} of ${total}`, ...left, ...(note ? [note] : [])].join(', '),
      });
      moments.push({ ms, done });
      if (moments.length > MOST_MOMENTS) moments = moments.filter((_, i) => i % 2 === 0);
    },
    end: () => io.status?.(undefined),
  };
};
