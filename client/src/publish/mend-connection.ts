import { WhipRefusal, type WhipSession } from './whip-client.ts';

/** Before a session is begun anew, another way for it is sought for so long, each time for so long. */
const MEND_FOR_MS = 12_000;
export const MEND_TRY_MS = 4000;
const MEND_PAUSE_MS = 1000;
export const LOST = 'The connection to the service was lost';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Seeks another way for a connection that broke down: the same session goes on. `tell` hears before each try why there is one. Gives why it cannot be, and
 * undefined where it was mended or nobody waits any more.
 */
export const mendConnection = async (
  { connection, restart }: Pick<WhipSession, 'connection' | 'restart'>,
  signal: AbortSignal,
  tell: (why: string) => void,
): Promise<string | undefined> => {
  const until = performance.now() + MEND_FOR_MS;
  const isOver = () => signal.aborted || connection.connectionState === 'connected';
  let why = LOST;
  while (performance.now() < until) {
    tell(why);
    try {
      await restart();
      for (let waited = 0; waited < MEND_TRY_MS && !isOver(); waited += 100) await sleep(100);
    } catch (error) {
      if (error instanceof WhipRefusal) why = error.message;
      if (!(error instanceof WhipRefusal) || error.final) break;
      await sleep(MEND_PAUSE_MS);
    }
    if (isOver()) return undefined;
  }
  return isOver() ? undefined : why;
};
