import { describe, expect, it } from 'vitest';
import type { CommandStatus } from '../../models/command-io.ts';
import { clockText, createProgress } from '../../models/progress.ts';
import { statusLine } from '../../server/cli/status-line.ts';

/** A command whose clock is set by hand, and the last it said of itself. */
const watched = () => {
  const state: { ms: number; status: CommandStatus | undefined } = { ms: 0, status: undefined };
  return { state, io: { nowMs: () => state.ms, status: (status: CommandStatus | undefined) => Object.assign(state, { status }) } };
};

describe('progress', () => {
  it('tells the time left from the pace of the newer half', () => {
    const { state, io } = watched();
    const progress = createProgress(io, 'step');
    // A slow start: ten seconds for the first step, one for each of the others.
    for (let step = 1; step <= 41; step++) {
      state.ms = 10_000 + (step - 1) * 1000;
      progress.at(step, 101);
    }
    expect(state.status).toEqual({ share: 41 / 101, text: 'step 41 of 101, 1:00 left' });
  });

  it('counts the pace of a resumed run from where it went on', () => {
    const { state, io } = watched();
    const progress = createProgress(io, 'step', 1000);
    state.ms = 10_000;
    progress.at(1010, 1040, 'loss 0.5');
    expect(state.status?.text).toBe('step 1010 of 1040, 0:30 left, loss 0.5');
    progress.end();
    expect(state.status).toBeUndefined();
  });

  it('stays steady over many moments', () => {
    const { state, io } = watched();
    const progress = createProgress(io, 'field');
    for (let field = 1; field <= 5000; field++) {
      state.ms = field * 200;
      progress.at(field, 10_000);
    }
    expect(state.status?.text).toBe('field 5000 of 10000, 16:40 left');
  });

  it('writes time as a clock does', () => {
    expect([0, 59.6, 61, 3599.9, 3661].map(clockText)).toEqual(['0:00', '1:00', '1:01', '1:00:00', '1:01:01']);
  });
});

describe('line of a status', () => {
  const status = { share: 0.53, text: 'step 53 of 100, 0:47 left' };

  it('has a bar on a terminal, and fits into it', () => {
    expect(statusLine(status, 80)).toBe(`▕██████████▌         ▏ 53 %  ${status.text}`);
    expect(statusLine(status, 40)).toBe(` 53 %  ${status.text}`);
    expect(statusLine(status, 12)).toHaveLength(11);
  });

  it('is words alone in a log', () => {
    expect(statusLine(status)).toBe(`53 %: ${status.text}`);
  });

  it('bears shares out of range', () => {
    expect(statusLine({ share: 1.2, text: '' }, 80)).toContain(`▕${'█'.repeat(20)}▏100 %`);
    expect(statusLine({ share: -1, text: '' }, 80)).toContain(`▕${' '.repeat(20)}▏  0 %`);
  });
});
