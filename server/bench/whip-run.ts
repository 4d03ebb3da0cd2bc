import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Camera } from '../camera/camera.ts';
import type { HttpServer } from '../http/http-server.ts';
import { percentile } from './figures.ts';
import { type NetworkWay, openNetworkWay } from './network-way.ts';
import { type BrowserSending, publishWithBrowser } from './whip-browser-publisher.ts';
import { publishWithFfmpeg } from './whip-encoder-publisher.ts';

export type WhipCase = {
  readonly from: 'encoder' | 'browser';
  readonly trouble: 'none' | 'loss' | 'cut';
};

export type WhipRun = WhipCase & {
  /** Cells counted, by class. */
  readonly counts: readonly number[];
  readonly decoded: number;
  /** Pictures that came and were not looked at, because the machine was busy. */
  readonly dropped: number;
  /** From the capture time that RTP tells to the report. */
  readonly latencyP95Ms: number | undefined;
  /** Share of one core that the camera process used, counting included; Linux alone. */
  readonly cores: number | undefined;
  /** Whether one camera process and one session went through the whole run. */
  readonly sameSession: boolean;
  readonly sending: BrowserSending | undefined;
  /** What the service says of each publisher when it is gone. */
  readonly told: readonly string[];
};

export type WhipStand = {
  readonly server: HttpServer;
  readonly token: string;
  readonly umPerPx: number;
  readonly clip: string;
  readonly cameraClip: string;
  readonly clipMs: number;
  readonly codec: string;
  readonly loss: number;
  readonly cutMs: number;
  readonly signal: AbortSignal;
};

const READY_WITHIN_MS = 60_000;
const SETTLE_MS = 3000;
/** Ticks that /proc counts processor time in. */
const TICKS_PER_S = 100;

const processorSeconds = async (pid: number | undefined): Promise<number | undefined> => {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
  } catch {
    return undefined;
  }
};

const untilWaiting = async (camera: Camera): Promise<void> => {
  for (const end = performance.now() + READY_WITHIN_MS; performance.now() < end; await sleep(100))
    if (camera.status.reason.startsWith('waiting for a publisher')) return;
  throw new Error(`the camera is not ready for publishers: ${camera.status.state} ${camera.status.reason}`);
};

/** An encoder that sends the clip once; where the network is cut, it is started anew after the cut and sends all of it. */
const encoderRun = async (stand: WhipStand, way: NetworkWay, cameraId: string, trouble: WhipCase['trouble']): Promise<undefined> => {
  const publish = async (signal: AbortSignal): Promise<undefined> => {
    await publishWithFfmpeg({ clip: stand.clip, url: new URL(`/api/cameras/${cameraId}/whip`, way.url).href, token: stand.token, signal });
    return undefined;
  };
  if (trouble !== 'cut') return publish(stand.signal);
  const first = new AbortController();
  const publishing = publish(AbortSignal.any([stand.signal, first.signal])).catch(() => {});
  await sleep(stand.clipMs / 2);
  way.setCut(true);
  first.abort();
  await sleep(stand.cutMs);
  way.setCut(false);
  await publishing;
  return publish(stand.signal);
};

/** A browser that sends the clip over and over; where the network is cut, the same connection has to come back. */
const browserRun = async (stand: WhipStand, way: NetworkWay, cameraId: string, trouble: WhipCase['trouble']): Promise<BrowserSending> => {
  const { cameraClip: clip, token, codec } = stand;
  await using publisher = await publishWithBrowser({ clip, url: way.url, cameraId, token, codec });
  await sleep(stand.clipMs / 2);
  if (trouble === 'cut') {
    way.setCut(true);
    await sleep(stand.cutMs);
    way.setCut(false);
  }
  await publisher.sending();
  // Over its loop, so that every part of the clip came once at least.
  await sleep(stand.clipMs / 2 + (trouble === 'cut' ? stand.clipMs : 2000));
  const sending = await publisher.sending();
  await publisher.end();
  return sending;
};

/** Publishes the clip to a camera of its own, through a network with that trouble, and says what was counted. */
export const runWhip = async (stand: WhipStand, { from, trouble }: WhipCase): Promise<WhipRun> => {
  const id = `${from}-${trouble}`;
  const camera = await stand.server.cameras.open({ id, source: 'whip:', umPerPx: stand.umPerPx });
  const latencies: number[] = [];
  const told: string[] = [];
  const leave = camera.watch((news) => {
    if (news.type === 'frame') latencies.push(news.latencyMs);
    if (news.type === 'event' && /publisher/.test(news.text)) told.push(news.text);
  });
  try {
    await untilWaiting(camera);
    const { pid } = camera;
    await using way = await openNetworkWay(stand.server.url);
    if (trouble === 'loss') way.setLoss(stand.loss);
    const before = await processorSeconds(pid);
    const startedAt = performance.now();
    const sending = from === 'browser' ? await browserRun(stand, way, id, trouble) : await encoderRun(stand, way, id, trouble);
    await sleep(SETTLE_MS);
    const after = await processorSeconds(pid);
    const { counts = [], frames } = camera.report ?? {};
    const { source: dropped = 0 } = frames?.dropped ?? {};
    return {
      from,
      trouble,
      counts,
      decoded: frames?.decoded ?? 0,
      dropped,
      latencyP95Ms: percentile(latencies, 0.95),
      cores: before === undefined || after === undefined ? undefined : (1000 * (after - before)) / (performance.now() - startedAt),
      sameSession: camera.pid === pid && camera.status.restarts === 0,
      sending,
      told,
    };
  } finally {
    leave();
    await stand.server.cameras.remove(id);
  }
};
