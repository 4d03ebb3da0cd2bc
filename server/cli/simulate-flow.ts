import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { writeMotTruth } from '../../models/evaluate/track/mot-text.ts';
import { type Crossings, middleLine, trueCrossings, truthRows } from '../bench/flow-scene.ts';
import { prepareFlow } from '../microscope/flow-channel.ts';
import { FLOW_UM_PER_PX, type FlowRequest } from '../microscope/flow-options.ts';
import type { PlannedFlowFrame } from '../microscope/flow-plan.ts';
import { openScanVideo } from '../microscope/scan-video.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { createProgress } from './progress.ts';

export type SimulateFlowOptions = FlowRequest & { readonly out: string; readonly json?: boolean | undefined };

/** `clip.mp4` becomes `clip.gt.txt`. */
const truthPath = (video: string): string => join(parse(video).dir, `${parse(video).name}.gt.txt`);

type Summary = { readonly frames: number; readonly cells: Readonly<Record<string, number>>; readonly middleLine: Crossings };

/** Distinct cells that were told of, by class. */
const summarise = (planned: readonly PlannedFlowFrame[], told: ReadonlySet<number>, middle: Crossings): Summary => {
  const classOf = new Map(planned.flatMap(({ cells }) => cells.map((cell) => [cell.id, cell.class] as const)));
  const cells: Record<string, number> = {};
  for (const [id, name] of classOf) if (told.has(id)) cells[name] = (cells[name] ?? 0) + 1;
  return { frames: planned.length, cells, middleLine: middle };
};

/** Writes a clip of the virtual channel, and beside it the true tracks as MOTChallenge text. Stopped early, the truth is that of the frames written. Faults: `usage`, `data`. */
export const runSimulateFlow = async ({ out, json = false, ...request }: SimulateFlowOptions, io: CommandIo): Promise<CommandResult> => {
  const channel = await prepareFlow(request);
  const { options } = channel;
  const { width: widthPx, height: heightPx, fps: framesPerSecond } = options;
  await mkdir(dirname(out), { recursive: true }).catch((cause: unknown) => {
    throw new FaultError({ kind: 'data', path: dirname(out), what: 'the folder cannot be made', remedy: 'give another --out' }, { cause });
  });
  const progress = createProgress(io);
  const plan = channel.startPlan();
  const planned: PlannedFlowFrame[] = [];
  let codec = '';
  {
    await using video = await openScanVideo(out, { widthPx, heightPx, framesPerSecond });
    codec = video.codec;
    const { y, u, v } = video.planes;
    for (let id = 0; id < options.frames && !io.signal.aborted; id++) {
      const frame = plan.frame(id);
      channel.render(frame, y, u, v);
      await video.write(frame.capturedAtMs);
      planned.push(frame);
      progress.say(() => `${id + 1} of ${options.frames} frames`);
    }
  }
  progress.end();
  const rows = truthRows(planned, channel.sprites);
  const truth = truthPath(out);
  await writeFile(truth, writeMotTruth(rows));
  const summary = summarise(planned, new Set(rows.map(({ id }) => id)), trueCrossings(planned, middleLine(options)));
  const document = {
    schema: 'smearscope.simulate-flow/1',
    video: out,
    truth,
    codec,
    seed: options.seed,
    umPerPx: FLOW_UM_PER_PX,
    ...summary,
  };
  const seen = Object.entries(summary.cells).map(([name, n]) => `${n} ${name}`);
  io.stdout(
    json
      ? `${JSON.stringify(document)}\n`
      : `${planned.length} frames are in ${out}, their tracks in ${truth}: ${seen.join(', ')}; ${summary.middleLine.forward} cross the middle to the right, ${summary.middleLine.backward} to the left\n`,
  );
  return planned.length < options.frames ? { stopped: `${planned.length} of ${options.frames} frames were written` } : undefined;
};
