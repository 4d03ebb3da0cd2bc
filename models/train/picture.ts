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
  /** Finer by `FINE_FACTOR`, or by what the file has. */
  readonly fine: Raster;
  readonly boxes: readonly LabelledBox[];
  /** Classes that nobody looked for in it; none where left out. */
  readonly unlabelled?: readonly number[];
};

export const FINE_FACTOR = 1.5;

/** Reads a picture file, shrunk where a size is given. Faults: `data` where it cannot be decoded. */
export const readRaster = async (imagePath: string, size?: { widthPx: number; heightPx: number }): Promise<Raster> => {
  const whole = sharp(imagePath).removeAlpha().toColourspace('srgb');
  const sized = size === undefined ? whole : whole.resize(size.widthPx, size.heightPx, { fit: 'fill' });
  const { data, info } = await sized
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new FaultError({ kind: 'data', path: imagePath, what: 'picture cannot be decoded', remedy: 'replace or remove it' }, { cause });
    });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx: info.width, heightPx: info.height };
};

/** The finer raster: no finer than the file, where enlarging would add nothing; the base itself where that is as fine. */
const fineRaster = async (imagePath: string, whole: Raster, base: Raster, factor: number): Promise<Raster> => {
  if (factor >= 1) return base;
  if (factor * FINE_FACTOR >= 1) return whole;
  const scaled = (lengthPx: number): number => Math.round(lengthPx * factor * FINE_FACTOR);
  return readRaster(imagePath, { widthPx: scaled(whole.widthPx), heightPx: scaled(whole.heightPx) });
};

/**
 * Reads a field at `factor` times its size (its µm/px over the network's). The base is shrunk exactly as in serving.
 * Boxes of classes that nobody looked for are left out. Faults: `data` where the picture is damaged or not the one that was labelled.
 */
export const readPicture = async (field: LabelledField, factor: number, unlabelled: readonly number[] = []): Promise<Picture> => {
  const whole = await readRaster(field.imagePath);
  if (whole.widthPx !== field.widthPx || whole.heightPx !== field.heightPx)
    throw new FaultError({
      kind: 'data',
      path: field.imagePath,
      what: `picture of ${whole.widthPx}×${whole.heightPx} pixels, labelled as one of ${field.widthPx}×${field.heightPx}`,
      remedy: 'bring the labelled picture, or correct its labels',
    });
  const { data, widthPx, heightPx } = resampleRgb(whole, factor);
  const base = { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx };
  return {
    name: field.name,
    base,
    fine: await fineRaster(field.imagePath, whole, base, factor),
    boxes: cleanBoxes(field)
      .filter((item) => !unlabelled.includes(item.classIndex))
      .map(({ box, classIndex }) => ({ box: scaleBox(box, factor), classIndex })),
    unlabelled,
  };
};
