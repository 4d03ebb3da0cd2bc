import { expect, it } from 'vitest';
import { seededRandom } from '../../domain/random.ts';
import { firstParameters, parameterLayout } from '../../models/architectures/parameters.ts';
import { smearNet } from '../../models/architectures/smear-net.ts';
import { loadTensorFlow } from '../../models/tensorflow.ts';
import { firstState } from '../../models/train/checkpoint.ts';
import type { Canvas } from '../../models/train/compose-canvas.ts';
import { lossOptions } from '../../models/train/loss-options.ts';
import { type Batch, openTraining, trainStep } from '../../models/train/train-step.ts';

const SIDE = 64;

/** One dark square on white, and what is to be found there. */
const batch = (): Batch => {
  const canvas: Canvas = { boxes: [{ box: [12, 16, 44, 48], classIndex: 0 }], slivers: [] };
  const pixels = Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)];
    return x >= 12 && x < 44 && y >= 16 && y < 48 ? 90 : 245;
  });
  return { pixels, canvases: [canvas], widthPx: SIDE, heightPx: SIDE };
};

it.each([0, 4])('learns one picture by heart in a few steps, and leaks no tensor (trunk frozen to stride %i)', async (frozenTo) => {
  const { tf } = await loadTensorFlow();
  const definition = smearNet(2, 'tiny');
  const state = firstState(firstParameters(definition, seededRandom(2)));
  const training = openTraining(tf, definition, state.present, { trunkRate: 1, frozenTo, loss: lossOptions.parse({}) });
  const before = state.present.weights.slice();
  const tensors: number[] = [];
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    const report = await trainStep(training, state, batch(), {
      optimiser: 'adamw',
      learningRate: 0.02,
      weightDecay: 0.01,
      clipNorm: 10,
      averageDecay: 0.9,
    });
    tensors.push(tf.memory().numTensors);
    losses.push(report.scoreLoss + report.boxLoss);
  }
  expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
  expect(new Set(tensors.slice(1)).size).toBe(1);
  for (const { name, offset } of parameterLayout(definition).weights)
    if (/^(stem|s4|s8)\b.*kernel$/.test(name))
      expect(state.present.weights[offset] === before[offset], name).toBe(frozenTo === 4 && !name.startsWith('s8'));
});
