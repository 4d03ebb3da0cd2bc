import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultError } from '../../../domain/fault.ts';
import { runAsJob } from '../../../server/jobs/run-as-job.ts';

/** A job for tests: counts to `to`, a step every `everyMs`; `deaf` does not stop when told, `fail` ends in a fault, `exit` dies. */
runAsJob(async ({ to = 3, everyMs = 5, deaf, fail, exit, pidFile }, { progress, signal, resume, dataDir }) => {
  if (typeof pidFile === 'string') writeFileSync(pidFile, String(process.pid));
  for (let done = 1; done <= Number(to); done++) {
    progress(done, Number(to), `step ${done}`);
    await sleep(Number(everyMs));
    if (deaf !== true) signal.throwIfAborted();
  }
  if (fail === true) throw new FaultError({ kind: 'usage', what: 'it was asked to fail', remedy: 'ask for something else' });
  if (exit === true) {
    console.error('Error: out of beads');
    process.exit(3);
  }
  return { counted: Number(to), resume, sees: existsSync(dataDir) };
});
