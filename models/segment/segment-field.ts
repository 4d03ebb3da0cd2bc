import { createHash } from 'node:crypto';
import { FaultError } from '../../domain/fault.ts';
import { resampleRgb } from '../runtime/resample.ts';
import type { Picture, Raster } from '../train/picture.ts';
import type { Planes } from './planes.ts';
import type { SegmentRecipe, SegmentSource } from './segment-recipe.ts';

/** A field with what is known of its pixels, both at the network's scale. */
export type SegmentField = { readonly name: string; readonly picture: Picture; readonly planes: Planes };

/** A field that is read when it is wanted: a large set does not fit in memory. Faults of `load`: `data`. */
export type FieldOnDisk = { readonly name: string; readonly load: () => Promise<SegmentField> };

/** What a source holds; `left` tells of pictures that were left out. */
export type FieldsOnDisk = { readonly train: readonly FieldOnDisk[]; readonly validate: readonly FieldOnDisk[]; readonly left?: string };

/** Share of all names that come before this one, by a hash: the same fields are held out whatever else is in the folder. */
export const nameShare = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32;

/** Holds out the share of the fields that their names say. */
export const holdOut = (fields: readonly FieldOnDisk[], share: number): FieldsOnDisk => ({
  train: fields.filter(({ name }) => nameShare(name) >= share),
  validate: fields.filter(({ name }) => nameShare(name) < share),
});

/** Place of a plane among the recipe's. Faults: `data` where it is none of them. */
export const planeIndex = (recipe: SegmentRecipe, source: SegmentSource, name: string): number => {
  const index = recipe.planes.indexOf(name);
  if (index < 0)
    throw new FaultError({
      kind: 'data',
      path: source.dir,
      what: `"${source.name}" names a plane "${name}" that the recipe lacks`,
      remedy: `its planes are ${recipe.planes.join(', ')}`,
    });
  return index;
};

/** A field of a whole picture and planes of its size, brought to the network's scale. */
export const scaledField = (name: string, whole: Raster, planes: Planes, factor: number): SegmentField => {
  const sized = (raster: Raster): Raster => {
    const { data, widthPx, heightPx } = resampleRgb(raster, factor);
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx };
  };
  const base = sized(whole);
  return {
    name,
    picture: { name, base, fine: factor < 1 ? whole : base, boxes: [] },
    planes: { count: planes.count, rasters: planes.rasters.map(sized) },
  };
};
