import type { CellBatches, CellDrawing, CellPlace } from './classify-batches.ts';
import type { ClassifyRecipe } from './classify-recipe.ts';
import type { FirstMaps } from './first-maps.ts';

/** What the layers that learn are given of each place of a batch. */
export type CellInputs = { of(places: readonly CellPlace[]): Promise<Float32Array[]> };

/** Draws cells, or takes what is kept of them; two that are blended are blended in what the layers that learn are given. */
export const cellInputs = (supply: CellBatches, first: FirstMaps, { frozenTo, variants }: ClassifyRecipe): CellInputs => {
  const keeps = frozenTo !== undefined && variants > 0;
  const kept = new Map<number, Float32Array>();
  const drawn = async (drawing: CellDrawing): Promise<Float32Array> => {
    const key = drawing.cell * variants + drawing.variant;
    const known = keeps ? kept.get(key) : undefined;
    if (known !== undefined) return known;
    const input = await first.of(supply.draw(drawing));
    if (keeps) kept.set(key, input);
    return input;
  };
  const placed = async (place: CellPlace): Promise<Float32Array> => {
    const own = await drawn(place);
    if (place.with === undefined) return own;
    const other = await drawn(place.with);
    return own.map((value, at) => value * place.share + other[at]! * (1 - place.share));
  };
  return {
    of: async (places) => {
      const inputs: Float32Array[] = [];
      for (const place of places) inputs.push(await placed(place));
      return inputs;
    },
  };
};
