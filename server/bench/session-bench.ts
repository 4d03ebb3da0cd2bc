import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { recordedFrames, timeline, videoSamples } from '../../domain/recording.ts';
import { buildPage } from '../cli/build-page.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { startHttpServer } from '../http/http-server.ts';
import { sessionFolder } from '../sessions/session-folder.ts';
import { type Figure, figureTable, holds, percentile } from './figures.ts';
import { LOOP_FRAMES, makeLongSession } from './long-session.ts';
import { machineLine, thisMachine } from './machine.ts';
import { readPainted } from './painted-clip.ts';
import { type SessionBenchOptions, sessionBenchOptions } from './session-bench-options.ts';
import { measurePage, type PageFigures } from './session-page.ts';

const ID = '20260101-000000-0be4c4';
const PAGE_CELLS = 100;

type Call = (path: string, headers?: Record<string, string>) => Promise<Response>;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

/** What a page asks for when a session is opened: everything that is seen at first. */
const open = async (call: Call): Promise<void> => {
  const paths = [
    '',
    '/timeline?bins=600',
    '/review?reading=1',
    '/frames?frame=0',
    '/frames/0/cells',
    '/frames/0/picture',
    '/keyframes?limit=100',
  ];
  const all = [...paths, `/cells?limit=${PAGE_CELLS}&sort=score`, '/videos/1/samples?from=0&to=2000'];
  await Promise.all(all.map(async (path) => (await call(path)).arrayBuffer()));
};

/** The picture and the cells of the frame at a time; gives whether it is that very frame. */
const scrubTo = async (call: Call, atMs: number): Promise<{ readonly jpeg: ArrayBuffer; readonly frame: number }> => {
  const { frames } = recordedFrames.parse(await (await call(`/frames?at=${atMs}&video=true`)).json());
  const frame = frames[0]!.id;
  const [jpeg] = await Promise.all([
    call(`/frames/${frame}/picture`).then((answer) => answer.arrayBuffer()),
    call(`/frames/${frame}/cells`).then((answer) => answer.json()),
  ]);
  return { jpeg, frame };
};

/** What a browser fetches to decode the picture by itself. */
const fetchCoded = async (call: Call, atMs: number): Promise<void> => {
  const { samples } = videoSamples.parse(await (await call(`/videos/1/samples?from=${atMs}&to=${atMs + 40}`)).json());
  const [first, last] = [samples[0]!, samples.at(-1)!];
  await (await call('/videos/1', { range: `bytes=${first.offset}-${last.offset + last.bytes - 1}` })).arrayBuffer();
};

const isRight = async ({ jpeg, frame }: Awaited<ReturnType<typeof scrubTo>>): Promise<boolean> => {
  const { data, info } = await sharp(Buffer.from(jpeg)).greyscale().raw().toBuffer({ resolveWithObject: true });
  return readPainted({ data: new Uint8Array(data), stridePx: info.width }) === frame % LOOP_FRAMES;
};

const measure = async (call: Call, scrubs: number): Promise<Figure[]> => {
  const openMs = await timed(() => open(call));
  const { endMs } = timeline.parse(await (await call('/timeline?bins=10')).json());
  const random = seededRandom(3);
  const scrubMs: number[] = [];
  const codedMs: number[] = [];
  let right = 0;
  for (let n = 0; n < scrubs; n++) {
    const atMs = random.next() * endMs;
    let shown: Awaited<ReturnType<typeof scrubTo>> | undefined;
    scrubMs.push(
      await timed(async () => {
        shown = await scrubTo(call, atMs);
      }),
    );
    if (shown !== undefined && (await isRight(shown))) right++;
    codedMs.push(await timed(() => fetchCoded(call, random.next() * endMs)));
  }
  const pageMs: number[] = [];
  const cropMs: number[] = [];
  let next = '';
  for (let page = 0; page < 30; page++) {
    let cells: { cells: readonly { readonly id: number; readonly cropVersion: number }[]; next?: string } = { cells: [] };
    pageMs.push(
      await timed(async () => {
        cells = (await (await call(`/cells?sort=score&limit=${PAGE_CELLS}${next}`)).json()) as typeof cells;
      }),
    );
    next = cells.next === undefined ? '' : `&cursor=${cells.next}`;
    cropMs.push(
      await timed(() =>
        Promise.all(cells.cells.map(async ({ id, cropVersion }) => (await call(`/cells/${id}/crop?v=${cropVersion}`)).arrayBuffer())),
      ),
    );
  }
  const p95 = (values: readonly number[]): number => percentile(values, 0.95) ?? Number.NaN;
  return [
    { what: 'opens: everything that a page shows first', measured: openMs, unit: 'ms', bound: { atMost: 2000 } },
    { what: 'scrub: picture and overlay of a frame, p95', measured: p95(scrubMs), unit: 'ms', bound: { atMost: 150 } },
    { what: '… median', measured: percentile(scrubMs, 0.5) ?? Number.NaN, unit: 'ms', bound: undefined },
    { what: '… the right frame', measured: (100 * right) / scrubs, unit: '%', bound: { atLeast: 100 } },
    { what: 'scrub: what a browser fetches to decode it, p95', measured: p95(codedMs), unit: 'ms', bound: undefined },
    { what: `gallery: a page of ${PAGE_CELLS} cells, p95`, measured: p95(pageMs), unit: 'ms', bound: undefined },
    { what: '… and their pictures, p95', measured: p95(cropMs), unit: 'ms', bound: undefined },
  ];
};

const pageFigures = ({ openMs, scrubMs, together }: PageFigures): Figure[] => [
  { what: 'the page: from the list to the first frame', measured: openMs, unit: 'ms', bound: { atMost: 2000 } },
  {
    what: 'the page: from a press on the timeline to the screen, p95',
    measured: percentile(scrubMs, 0.95) ?? Number.NaN,
    unit: 'ms',
    bound: { atMost: 150 },
  },
  { what: '… median', measured: percentile(scrubMs, 0.5) ?? Number.NaN, unit: 'ms', bound: undefined },
  { what: '… picture and overlay of one frame', measured: (100 * together) / scrubMs.length, unit: '%', bound: { atLeast: 100 } },
];

/** Makes a long session and measures how quickly it opens, scrubs and pages over HTTP. */
export const runSessionBench = async (given: SessionBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = sessionBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench session --help' });
  const { minutes, cells, scrubs, keep, json } = parsed.data;
  const dataDir = keep === undefined ? await mkdtemp(join(tmpdir(), 'smearscope-session-')) : resolve(keep);
  const folder = sessionFolder(dataDir, ID)!;
  const say = (line: string): void => io.stderr(`${line}\n`);
  try {
    const isThere = await stat(join(folder, 'video.mp4')).catch(() => undefined);
    const makeMs = await timed(async () => {
      if (isThere === undefined) await makeLongSession({ id: ID, folder, minutes, cells }, io.signal, say);
    });
    say(isThere === undefined ? `made in ${(makeMs / 1000).toFixed(0)} s` : 'measuring the session that is there');
    const server = await startHttpServer({
      configuration: configuration.parse({ port: 0, dataDir }),
      version: 'bench',
      listCameras: async () => [],
      onEvent: () => {},
      onInternal: say,
    });
    try {
      const call: Call = async (path, headers) => {
        const answer = await fetch(`${server.url}/api/sessions/${ID}${path}`, headers && { headers });
        if (!answer.ok) throw new Error(`${path} is answered ${answer.status}: ${await answer.text()}`);
        return answer;
      };
      const served = await measure(call, scrubs);
      const page = (await buildPage(say, io.signal)) ? await measurePage(server.url, ID, Math.min(60, scrubs), seededRandom(2)) : undefined;
      if (page === undefined) say('the page is not measured: no Chromium here');
      const figures = [...served, ...(page === undefined ? [] : pageFigures(page))];
      const machine = thisMachine();
      if (json) {
        const judged = figures.map((figure) => ({ ...figure, holds: holds(figure) }));
        io.stdout(`${JSON.stringify({ schema: 'smearscope.bench-session/1', machine, minutes, cells, figures: judged })}\n`);
      } else io.stdout(`${machineLine(machine)}; a session of ${minutes} minutes and ${cells} cells\n\n${figureTable(figures)}\n`);
    } finally {
      await server.close();
    }
  } finally {
    if (keep === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  return undefined;
};
