import { describe, expect, test } from 'vitest';
import { FaultError, faultExitCode, faultLine, isFault, toFault } from '../../domain/fault.ts';

describe('faults', () => {
  const fault = { kind: 'source', source: 'clip.mp4', what: 'cannot open\nthe source', remedy: 'check the path', passing: false } as const;

  test('are one line: what, on what, what to do', () => {
    expect(faultLine(fault)).toBe('cannot open the source: clip.mp4: check the path');
    expect(new FaultError(fault).message).toBe(faultLine(fault));
  });

  test('keep their data and cause through the guard', () => {
    const cause = new Error('ENOENT');
    const error: unknown = new FaultError(fault, { cause });
    expect(isFault(error) && error.fault).toBe(fault);
    expect(isFault(error) && error.cause).toBe(cause);
    expect(isFault(new Error('other'))).toBe(false);
  });

  test('decide the exit code: 2 for bad input, 1 for what failed by itself', () => {
    expect(faultExitCode(fault)).toBe(2);
    expect(faultExitCode(toFault(new Error('broke')))).toBe(1);
    expect(toFault('odd').kind).toBe('internal');
  });
});
