import type { FieldState, FrameTally } from '../domain/field-report.ts';
import type { FrameId } from '../domain/frame.ts';

/** Counts frames by what became of them. */
export type FrameTallyKeeper = {
  enter(registered: boolean, state: FieldState): void;
  /** The network ran on a frame; twice on one counts once. */
  infer(id: FrameId): void;
  drop(where: string): void;
  counts(): FrameTally;
};

export const createFrameTally = (): FrameTallyKeeper => {
  let decoded = 0;
  let registered = 0;
  let inferred = 0;
  let lastInferred: FrameId | undefined;
  const rejected: Record<string, number> = {};
  const dropped: Record<string, number> = {};
  return {
    enter: (placed, state) => {
      decoded++;
      if (placed) registered++;
      if (state !== 'sharp' && state !== 'resting') rejected[state] = (rejected[state] ?? 0) + 1;
    },
    infer: (id) => {
      if (id !== lastInferred) inferred++;
      lastInferred = id;
    },
    drop: (where) => {
      dropped[where] = (dropped[where] ?? 0) + 1;
    },
    counts: () => ({ decoded, registered, inferred, rejected: { ...rejected }, dropped: { ...dropped } }),
  };
};
