import { z } from 'zod';
import { replayRequest } from '../../domain/replay.ts';
import { runAsJob } from '../jobs/run-as-job.ts';
import { runReplay } from './run-replay.ts';

const jobRequest = replayRequest.extend({ session: z.string() });

/** The process of a replay that the page asked for. */
runAsJob(async (asked, { dataDir, signal, progress }) => {
  const { session, ...request } = jobRequest.parse(asked);
  const { replay, same, ledger } = await runReplay(dataDir, session, request, { signal, progress });
  return { replay, same, ledger };
});
