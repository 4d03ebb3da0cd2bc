import sharp from 'sharp';
import { FaultError } from '../../domain/fault.ts';
import { scaleBox } from '../../domain/geometry.ts';
import { cleanBoxes, type LabelledBox, type LabelledField } from '../datasets/labelled-field.ts';
import { resampleRgb } from '../runtime/resample.ts';

/** RGB, 8 bit, row after row. */
export type Raster = { readonly data: Uint8Array; readonly widthPx: number; readonly heightPx: number };

/** A field in memory, ready to be cut up: twice, so that enlarging takes real detail. Boxes in pixels of `base`. */
export type Picture = {
  readonly name: string;
  /** At the network's µm/px. */
  readonly base: Raster;
  /** Enlarged by `FINE_FACTOR` where the file has the detail. */
  readonly fine: Raster;
  readonly boxes: readonly LabelledBox[];
};

export const FINE_FACTOR = 1.5;

/** Reads a picture file, enlarged or shrunk to a size. Faults: `data` where it cannot be decoded. */
export const readRaster = async (imagePath: string, widthPx: number, heightPx: number): Promise<Raster> => {
  const { data, info } = await sharp(imagePath)
    .removeAlpha()
    .toColourspace('srgb')
    .resize(widthPx, heightPx, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new FaultError({ kind: 'data', path: imagePath, what: 'picture cannot be decoded', remedy: 'replace or remove it' }, { cause });
    });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx: info.width, heightPx: info.height };
};

/** Reads a field at `factor` times its size (its µm/px over the network's). The base is shrunk exactly as in serving. */
export const readPicture = async (field: LabelledField, factor: number): Promise<Picture> => {
  const at = (scale: number): Promise<Raster> =>
    readRaster(field.imagePath, Math.round(field.widthPx * scale), Math.round(field.heightPx * scale));
  const [whole, fine] = await Promise.all([at(1), at(factor * FINE_FACTOR)]);
  const { data, widthPx, heightPx } = resampleRgb(whole, factor);
  const base = { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx };
  return {
    name: field.name,
    base,
    fine,
    boxes: cleanBoxes(field).map(({ box, classIndex }) => ({ box: scaleBox(box, factor), classIndex })),
  };
};
