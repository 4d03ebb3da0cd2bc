import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionFolder } from '../../server/sessions/session-folder.ts';
import { paintedFacts, recordPainted } from '../server/sessions/painted-session.ts';
import { type StartedService, startService } from './started-service.ts';

/** A session whose frames bear their numbers. */
export const PAINTED = '20260131-142501-0c4f9a';
const LEAST_CELLS = 25;

/** A service with two recorded sessions: the painted one, and one that was counted; gives that one's id. Nothing is counted any more. */
export const startRecordedSessions = async (): Promise<{ readonly service: StartedService; readonly counted: string }> => {
  const service = await startService('simulate:?seed=3&width=800&height=600', { flags: ['--record', 'video'] });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer only-for-this-test-run' };
  const api = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const given = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(new URL(path, service.address), { headers, ...given });
    return (await answer.json()) as Record<string, unknown>;
  };
  const folder = sessionFolder(service.dataDir, PAINTED)!;
  mkdirSync(folder, { recursive: true });
  await recordPainted(folder, paintedFacts(PAINTED));
  for (let counted: string | undefined; ; await sleep(1000)) {
    const { sessions } = (await api('/api/sessions')) as unknown as { sessions: { id: string; cells: number; videoMs: number }[] };
    const found = sessions.find(({ id }) => id !== PAINTED);
    if (found !== undefined && found.cells >= LEAST_CELLS && found.videoMs > 2000) counted = found.id;
    if (counted === undefined) continue;
    // Another source ends the session, and leaves the machine to the browser.
    await api('/api/cameras', { id: 'main', source: 'simulate:?view=empty&width=320&height=240' });
    await api('/api/cameras/main/pause', {});
    return { service, counted };
  }
};
