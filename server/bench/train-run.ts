import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import { type Random, seededRandom } from '../../domain/random.ts';
import { type DetectorName, detectorNamed } from '../../models/architectures/detector.ts';
import type { DetectorDefinition } from '../../models/architectures/layer.ts';
import { convLayers, firstParameters } from '../../models/architectures/parameters.ts';
import { loadTensorFlow } from '../../models/tensorflow.ts';
import { firstState } from '../../models/train/checkpoint.ts';
import { lossOptions } from '../../models/train/loss-options.ts';
import { type Batch, openTraining, trainStep } from '../../models/train/train-step.ts';

const PEER = fileURLToPath(new URL('./train-step.py', import.meta.url));
const BATCH = 8;
const CELLS = 20;
const WARM_STEPS = 2;

const peerReport = z.object({ torch: z.string(), threads: z.number(), stepMs: z.number(), parameters: z.number() });

export type TrainFigures = {
  readonly architecture: string;
  readonly backend: string;
  readonly stepMs: number;
  /** The same network, batch and optimiser in PyTorch, where a Python that has it was given. */
  readonly peer?: z.infer<typeof peerReport> & { readonly ratio: number };
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const madeBatch = (random: Random, widthPx: number, heightPx: number): Batch => ({
  pixels: Float32Array.from({ length: BATCH * widthPx * heightPx * 3 }, () => random.between(0, 255)),
  canvases: Array.from({ length: BATCH }, () => ({
    boxes: Array.from({ length: CELLS }, () => {
      const [x, y] = [random.between(0, widthPx - 64), random.between(0, heightPx - 64)];
      return { box: [x, y, x + 60, y + 60] as const, classIndex: random.integer(3) };
    }),
    slivers: [],
  })),
  widthPx,
  heightPx,
});

const timePeer = (python: string, task: unknown): Promise<z.infer<typeof peerReport>> =>
  new Promise((resolve, reject) => {
    const child = spawn(python, [PEER], { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    const failed = (what: string, cause?: unknown): void =>
      reject(
        new FaultError(
          { kind: 'engine', engine: 'pytorch', what, remedy: 'give --with-python a Python that has torch, or leave it out' },
          { cause },
        ),
      );
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.once('error', (cause) => failed(`${python} does not start`, cause));
    child.once('close', () => {
      try {
        resolve(peerReport.parse(JSON.parse(out)));
      } catch (cause) {
        failed(err.trim().split('\n').at(-1) ?? 'no answer', cause);
      }
    });
    child.stdin.end(JSON.stringify(task));
  });

const timeOurs = async (definition: DetectorDefinition, frozenTo: number, batch: Batch, steps: number) => {
  const { tf, backend } = await loadTensorFlow();
  const state = firstState(firstParameters(definition, seededRandom(1)));
  const training = openTraining(tf, definition, state.present, { trunkRate: 1, frozenTo, loss: lossOptions.parse({}) });
  const options = { optimiser: 'adamw', learningRate: 1e-4, weightDecay: 0.03, clipNorm: 10, averageDecay: 0.998 } as const;
  const times: number[] = [];
  for (let step = 0; step < steps + WARM_STEPS; step++) {
    const startedAt = performance.now();
    await trainStep(training, state, batch, options);
    if (step >= WARM_STEPS) times.push(performance.now() - startedAt);
  }
  return { backend, stepMs: median(times), frozen: training.frozen.layers.map((layer) => layer.name) };
};

/**
 * Times one step of training (forward, loss, backward, update) on a batch of 8, and beside it the same network in PyTorch, in turns.
 * Faults: `engine` where the Python that was given cannot do it.
 */
export const timeTraining = async (
  architecture: DetectorName,
  { widthPx, heightPx, frozenTo, steps, python }: { widthPx: number; heightPx: number; frozenTo: number; steps: number; python?: string },
): Promise<TrainFigures> => {
  const definition = detectorNamed(architecture, 3);
  const batch = madeBatch(seededRandom(5), widthPx, heightPx);
  const ours = await timeOurs(definition, frozenTo, batch, steps);
  const figures = { architecture, backend: ours.backend };
  if (python === undefined) return { ...figures, stepMs: ours.stepMs };
  const frozen = convLayers(definition).flatMap(({ name }) => (ours.frozen.includes(name) ? [name.replaceAll('.', '_')] : []));
  const peer = await timePeer(python, { definition, batch: BATCH, widthPx, heightPx, steps, frozen, threads: 0 });
  const again = await timeOurs(definition, frozenTo, batch, steps);
  const stepMs = Math.min(ours.stepMs, again.stepMs);
  return { ...figures, stepMs, peer: { ...peer, ratio: stepMs / peer.stepMs } };
};
