import { describe, expect, it } from 'vitest';
import type { Box } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import { headGrid } from '../../models/architectures/grid.ts';
import { ciouLoss, giouLoss } from '../../models/train/box-loss.ts';
import type { Canvas } from '../../models/train/compose-canvas.ts';
import { detectionLoss } from '../../models/train/detection-loss.ts';
import { lossOptions } from '../../models/train/loss-options.ts';
import { focal, qualityFocal } from '../../models/train/score-loss.ts';

const STEP = 1e-5;
const slope = (of: (x: number) => number, at: number): number => (of(at + STEP) - of(at - STEP)) / (2 * STEP);

describe('quality focal loss', () => {
  it.each([
    [-4, 0],
    [0.3, 0.8],
    [2, 0.1],
    [5, 1],
  ])('has the derivative it says at logit %f, wanted %f', (logit, wanted) => {
    expect(qualityFocal(logit, wanted).gradient).toBeCloseTo(
      slope((x) => qualityFocal(x, wanted).loss, logit),
      6,
    );
  });

  it('is nothing where the score is the wanted one', () => {
    expect(qualityFocal(0, 0.5).loss).toBe(0);
  });
});

describe('focal loss', () => {
  it.each([-4, 0.3, 2, 5])('has the derivative it says at logit %f', (logit) => {
    for (const isWanted of [true, false])
      expect(focal(logit, isWanted).gradient).toBeCloseTo(
        slope((x) => focal(x, isWanted).loss, logit),
        6,
      );
  });
});

describe('CIoU loss', () => {
  it('has the gradient it says between boxes of one shape', () => {
    const truth: Box = [2, 3, 6, 5];
    for (const box of [
      [2.5, 3.2, 6.5, 5.2],
      [0, 0, 2, 1],
      [1, 2, 9, 6],
    ] as Box[])
      ciouLoss(box, truth).gradient.forEach((gradient, index) => {
        const moved = (to: number): Box => box.with(index, to) as unknown as Box;
        // The shape's term is of second order there.
        expect(gradient).toBeCloseTo(
          slope((x) => ciouLoss(moved(x), truth).loss, box[index]!),
          4,
        );
      });
  });

  it('leads any box to the truth', () => {
    const truth: Box = [10, 10, 30, 18];
    let box: Box = [2, 30, 8, 60];
    for (let step = 0; step < 12_000; step++) {
      const { gradient } = ciouLoss(box, truth);
      box = box.map((side, i) => side - (3 / (1 + step / 1000)) * gradient[i]!) as unknown as Box;
    }
    expect(ciouLoss(box, truth).loss).toBeLessThan(0.05);
  });
});

describe('GIoU loss', () => {
  it('is 0 for the same box and above 1 for boxes apart', () => {
    expect(giouLoss([1, 2, 5, 9], [1, 2, 5, 9]).loss).toBeCloseTo(0);
    expect(giouLoss([0, 0, 1, 1], [5, 5, 6, 6]).loss).toBeGreaterThan(1);
  });

  it('has the gradient it says', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 50; round++) {
      const side = (): Box => {
        const [x, y] = [random.between(0, 10), random.between(0, 10)];
        return [x, y, x + random.between(1, 8), y + random.between(1, 8)];
      };
      const [box, truth] = [side(), side()];
      giouLoss(box, truth).gradient.forEach((gradient, index) => {
        const moved = (to: number): Box => box.with(index, to) as unknown as Box;
        expect(gradient).toBeCloseTo(
          slope((x) => giouLoss(moved(x), truth).loss, box[index]!),
          5,
        );
      });
    }
  });
});

describe('detection loss', () => {
  const grid = headGrid({ heads: [{ logits: '', distances: '', stride: 4 }] }, 32, 24);
  const canvas = { boxes: [{ box: [4, 4, 20, 20] as Box, classIndex: 1 }], slivers: [[24, 0, 32, 8] as Box] };
  const logits = new Float32Array(48 * 2).fill(-2);
  const distances = new Float32Array(48 * 4).fill(Math.log(2));

  it('pulls up the score of the box’s class at its middle, down elsewhere, and leaves slivers alone', () => {
    const { logitGradient } = detectionLoss(grid, 2, [canvas], logits, distances, lossOptions.parse({}));
    const at = (column: number, row: number, classIndex: number): number => logitGradient[(row * 8 + column) * 2 + classIndex]!;
    expect(at(2, 2, 1)).toBeLessThan(0);
    expect(at(2, 2, 0)).toBeGreaterThan(0);
    expect(at(0, 5, 0)).toBeGreaterThan(0);
    expect(at(7, 1, 0)).toBe(0);
    expect(at(7, 1, 1)).toBe(0);
  });

  it('is lower after a small step against its gradient', () => {
    const first = detectionLoss(grid, 2, [canvas], logits, distances, lossOptions.parse({}));
    const against = (values: Float32Array, gradient: Float32Array): Float32Array => values.map((value, i) => value - 0.1 * gradient[i]!);
    const next = detectionLoss(
      grid,
      2,
      [canvas],
      against(logits, first.logitGradient),
      against(distances, first.distanceGradient),
      lossOptions.parse({}),
    );
    expect(next.score + next.box).toBeLessThan(first.score + first.box);
  });

  it('learns nothing of a class where nobody looked for it, but for a cell that a blended picture names', () => {
    const unlabelled = [{ box: [0, 0, 32, 24] as Box, classIndexes: [0] }];
    const gradients = (boxes: Canvas['boxes']): { logits: Float32Array; loss: number } => {
      const { logitGradient, score } = detectionLoss(
        grid,
        2,
        [{ boxes, slivers: [], unlabelled }],
        logits,
        distances,
        lossOptions.parse({}),
      );
      return { logits: logitGradient, loss: score };
    };
    const other = gradients(canvas.boxes).logits;
    for (let point = 0; point < 48; point++) {
      expect(other[point * 2]).toBe(0);
      expect(other[point * 2 + 1]).not.toBe(0);
    }
    const named = gradients([{ box: [4, 4, 20, 20], classIndex: 0 }]).logits;
    expect(named[(2 * 8 + 2) * 2]).toBeLessThan(0);
    expect(named[(5 * 8 + 7) * 2]).toBe(0);
  });

  it('counts a cell by its weight', () => {
    const pull = (weight: number): number => {
      const sure = { box: [20, 12, 32, 24] as Box, classIndex: 0 };
      const boxes = [{ ...canvas.boxes[0]!, weight }, sure];
      const { logitGradient } = detectionLoss(grid, 2, [{ boxes, slivers: [] }], logits, distances, lossOptions.parse({}));
      // Against the other cell's: the sum of wanted scores divides both.
      return logitGradient[(2 * 8 + 2) * 2 + 1]! / logitGradient[(4 * 8 + 6) * 2]!;
    };
    expect(pull(1)).toBeGreaterThan(0);
    expect(pull(0.25) / pull(1)).toBeCloseTo(0.25, 5);
  });

  it('is finite without any cell', () => {
    const { score, box } = detectionLoss(grid, 2, [{ boxes: [], slivers: [] }], logits, distances, lossOptions.parse({}));
    expect(score).toBeGreaterThan(0);
    expect(box).toBe(0);
  });
});
