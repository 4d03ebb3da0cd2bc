import { FaultError } from '../../domain/fault.ts';

const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/** Runs work that writes; where the database cannot take it, nothing of it is kept and the fault says why. */
export const keptOrSaid = <T>(work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    // Extended codes hold the plain one in their lowest byte.
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
    if (code === SQLITE_BUSY)
      throw new FaultError(
        { kind: 'usage', what: 'the session is being written by another process, which does not let go', remedy: 'try again' },
        { cause },
      );
    if (code === SQLITE_FULL || code === SQLITE_IOERR)
      throw new FaultError(
        { kind: 'internal', what: 'nothing was kept, since the disk is full or fails', remedy: 'free some space and try again' },
        { cause },
      );
    throw cause;
  }
};
