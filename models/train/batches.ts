import { type Random, seededRandom } from '../../domain/random.ts';
import { augmentationOf } from './augment/augmentation.ts';
import { repeatFactors } from './augment/repeat-factors.ts';
import { type ComposeOptions, composeCanvas } from './compose-canvas.ts';
import type { LoadedSource } from './load-training-data.ts';
import type { Picture } from './picture.ts';
import type { TrainRecipe } from './train-options.ts';
import type { Batch } from './train-step.ts';

/** Makes any batch of the run from seed and step alone, so that a resumed run sees what an uninterrupted one would. */
export type Batches = { readonly stepsPerEpoch: number; batch(step: number, isCalm?: boolean): Batch };

/** Keeps the draws of epochs and steps apart: both number from 0. */
const STEP_SALT = 0x5eed;

const streamFor = (seed: number, salt: number, index: number): Random =>
  seededRandom(Math.imul(seed + 1, 0x01000193) ^ Math.imul(index + 1, 0x85ebca6b) ^ salt);

/** A picture and how often an epoch shows it; parts of one by chance. */
type Share = { readonly picture: Picture; readonly times: number };

/** Of a class in fewer fields than this, the fields are repeated. */
const REPEAT_THRESHOLD = 0.5;

const sharesOf = (recipe: TrainRecipe, sources: readonly LoadedSource[]): Share[] => {
  const shares = sources.flatMap(({ source, train }) =>
    train.map((picture) => ({ picture, times: source.weight * (picture.weight ?? 1) })),
  );
  if (recipe.sampling !== 'balanced') return shares;
  const fields = shares.map(({ picture, times }) => ({
    weight: times,
    classIndexes: new Set(picture.boxes.map((item) => item.classIndex)),
    unlabelled: new Set(picture.unlabelled),
  }));
  const factors = repeatFactors(fields, recipe.classes.length, recipe.repeatThreshold ?? REPEAT_THRESHOLD);
  return shares.map(({ picture, times }, index) => ({ picture, times: times * factors[index]! }));
};

const epochOrder = (shares: readonly Share[], random: Random): Picture[] =>
  random.shuffled(
    shares.flatMap(({ picture, times }) => new Array<Picture>(Math.floor(times) + (random.next() < times % 1 ? 1 : 0)).fill(picture)),
  );

export const batches = (recipe: TrainRecipe, sources: readonly LoadedSource[]): Batches => {
  const shares = sharesOf(recipe, sources);
  const shown = shares.reduce((sum, { times }) => sum + times, 0);
  const stepsPerEpoch = Math.max(1, Math.floor(shown / recipe.batch));
  const optionsWith = (augment: TrainRecipe['augment']): ComposeOptions => ({
    augmentation: augmentationOf(augment),
    scales: recipe.scales ?? [1, 1],
    aimAtRare: recipe.aimAtRare ?? 0,
  });
  const usual = optionsWith(recipe.augment);
  const calm = optionsWith(recipe.calm.augment);
  const usualSizes = recipe.canvases ?? [recipe.canvas];
  const calmSizes = recipe.calm.canvases ?? usualSizes;
  let current: { epoch: number; order: Picture[] } | undefined;
  const orderOf = (epoch: number): Picture[] => {
    if (current?.epoch === epoch) return current.order;
    // With little weight chance may leave an epoch without any picture.
    const drawn = epochOrder(shares, streamFor(recipe.seed, 0, epoch));
    const order = drawn.length > 0 ? drawn : shares.map(({ picture }) => picture);
    current = { epoch, order };
    return order;
  };
  return {
    stepsPerEpoch,
    batch: (step, isCalm = false) => {
      const order = orderOf(Math.floor(step / stepsPerEpoch));
      const random = streamFor(recipe.seed, STEP_SALT, step);
      const sizes = isCalm ? calmSizes : usualSizes;
      const [widthPx, heightPx] = sizes.length === 1 ? sizes[0]! : sizes[random.integer(sizes.length)]!;
      const canvasSize = widthPx * heightPx * 3;
      const pixels = new Float32Array(recipe.batch * canvasSize);
      const canvases = Array.from({ length: recipe.batch }, (_, index) => {
        let next: Picture | undefined = order[((step % stepsPerEpoch) * recipe.batch + index) % order.length];
        // The first piece follows the epoch's order, so that each field has its turn; the others are drawn at random.
        const draw = (): Picture => {
          const picture = next ?? order[random.integer(order.length)]!;
          next = undefined;
          return picture;
        };
        return composeCanvas(
          random,
          draw,
          pixels.subarray(index * canvasSize, (index + 1) * canvasSize),
          widthPx,
          heightPx,
          isCalm ? calm : usual,
        );
      });
      return { pixels, canvases, widthPx, heightPx };
    },
  };
};
