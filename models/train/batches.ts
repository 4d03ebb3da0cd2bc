import { type Random, seededRandom } from '../../domain/random.ts';
import { composeCanvas } from './compose-canvas.ts';
import type { LoadedSource } from './load-training-data.ts';
import type { Picture } from './picture.ts';
import type { TrainRecipe } from './train-options.ts';
import type { Batch } from './train-step.ts';

/** Makes any batch of the run from seed and step alone, so that a resumed run sees what an uninterrupted one would. */
export type Batches = { readonly stepsPerEpoch: number; batch(step: number): Batch };

/** Keeps the draws of epochs and steps apart: both number from 0. */
const STEP_SALT = 0x5eed;

const streamFor = (seed: number, salt: number, index: number): Random =>
  seededRandom(Math.imul(seed + 1, 0x01000193) ^ Math.imul(index + 1, 0x85ebca6b) ^ salt);

/** The pictures of one epoch in their order, each as often as its source's weight says. */
const epochOrder = (sources: readonly LoadedSource[], random: Random): Picture[] =>
  random.shuffled(
    sources.flatMap(({ source, train }) =>
      train.flatMap((picture) => new Array<Picture>(Math.floor(source.weight) + (random.next() < source.weight % 1 ? 1 : 0)).fill(picture)),
    ),
  );

export const batches = (recipe: TrainRecipe, sources: readonly LoadedSource[]): Batches => {
  const weighted = sources.reduce((sum, { source, train }) => sum + Math.floor(source.weight * train.length), 0);
  const stepsPerEpoch = Math.max(1, Math.floor(weighted / recipe.batch));
  const [widthPx, heightPx] = recipe.canvas;
  const canvasSize = widthPx * heightPx * 3;
  let current: { epoch: number; order: Picture[] } | undefined;
  return {
    stepsPerEpoch,
    batch: (step) => {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (current?.epoch !== epoch) current = { epoch, order: epochOrder(sources, streamFor(recipe.seed, 0, epoch)) };
      const { order } = current;
      const random = streamFor(recipe.seed, STEP_SALT, step);
      const pixels = new Float32Array(recipe.batch * canvasSize);
      const canvases = Array.from({ length: recipe.batch }, (_, index) => {
        let next: Picture | undefined = order[((step % stepsPerEpoch) * recipe.batch + index) % order.length];
        // The first piece follows the epoch's order, so that each field has its turn; the others are drawn at random.
        const draw = (): Picture => {
          const picture = next ?? order[random.integer(order.length)]!;
          next = undefined;
          return picture;
        };
        return composeCanvas(random, draw, pixels.subarray(index * canvasSize, (index + 1) * canvasSize), widthPx, heightPx);
      });
      return { pixels, canvases, widthPx, heightPx };
    },
  };
};
