import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { FieldReport } from '../../domain/field-report.ts';
import type { CameraSettings } from '../camera/camera-messages.ts';
import { superviseCamera } from '../camera/supervisor.ts';
import { percentile, slope } from './figures.ts';

const BYTES_PER_MB = 1e6;
const SAMPLE_EVERY_MS = 5000;
const START_WITHIN_MS = 60_000;
/** What is loaded and warmed up in the first minutes is not a leak. */
const SETTLED_AFTER_MS = 120_000;

/** Resident memory of a process in bytes; `undefined` once it is gone. */
const residentBytes = async (pid: number): Promise<number | undefined> => {
  try {
    if (process.platform === 'linux') {
      const kib = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
      return kib === undefined ? undefined : Number(kib) * 1024;
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
    return Number(stdout) * 1024;
  } catch {
    return undefined;
  }
};

export type LiveFigures = {
  readonly seconds: number;
  /** Pictures that reached the viewer, a second. */
  readonly framesPerSecond: number;
  readonly latencyMs: { readonly median: number | undefined; readonly p95: number | undefined };
  readonly unregistered: number;
  /** The last report: tallies, counts, time for each stage. */
  readonly report: FieldReport | undefined;
  readonly memory: {
    readonly samples: readonly { readonly x: number; readonly y: number }[];
    /** After the second minute; `undefined` in a run that is too short to tell. */
    readonly slopeMbPerMinute: number | undefined;
  };
  readonly restarts: number;
};

/** Runs a camera process on a source for a while with one viewer watching, as the service does, and measures it from outside. */
export const runLive = async (
  source: string,
  settings: CameraSettings,
  seconds: number,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<LiveFigures> => {
  const camera = superviseCamera('bench', source, settings);
  const latencies: number[] = [];
  const samples: { x: number; y: number }[] = [];
  let frames = 0;
  let firstAt: number | undefined;
  let lastAt = 0;
  let failed: string | undefined;
  const unwatch = camera.watch((news) => {
    if (news.type === 'status' && news.status.state === 'failed') failed = news.status.reason;
    if (news.type !== 'frame') return;
    lastAt = performance.now();
    firstAt ??= lastAt;
    frames++;
    latencies.push(news.latencyMs);
  });
  const startedAt = performance.now();
  const elapsed = (): number => (firstAt === undefined ? 0 : performance.now() - firstAt);
  try {
    while (!signal.aborted && failed === undefined && elapsed() < seconds * 1000) {
      if (firstAt === undefined && performance.now() - startedAt > START_WITHIN_MS) failed = 'no picture came';
      await new Promise((resolve) => setTimeout(resolve, Math.min(SAMPLE_EVERY_MS, 500 + seconds * 50)));
      const resident = camera.pid === undefined ? undefined : await residentBytes(camera.pid);
      if (resident !== undefined && firstAt !== undefined) samples.push({ x: elapsed() / 60_000, y: resident / BYTES_PER_MB });
      onProgress(Math.min(1, elapsed() / (seconds * 1000)));
    }
    if (failed !== undefined) throw new Error(`the camera failed: ${failed}`);
    const report = camera.report;
    const settled = samples.filter(({ x }) => x * 60_000 >= SETTLED_AFTER_MS);
    return {
      seconds: (lastAt - (firstAt ?? lastAt)) / 1000,
      framesPerSecond: frames > 1 ? ((frames - 1) * 1000) / (lastAt - (firstAt ?? lastAt)) : 0,
      latencyMs: { median: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
      unregistered: report === undefined ? 0 : report.frames.decoded - report.frames.registered,
      report,
      memory: { samples, slopeMbPerMinute: settled.length > 10 ? slope(settled) : undefined },
      restarts: camera.status.restarts,
    };
  } finally {
    unwatch();
    await camera.close();
  }
};
