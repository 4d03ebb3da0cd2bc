import sharp from 'sharp';
import type { CellClassifier } from '../../models/classify/cell-classifier.ts';
import type { PictureClassification } from './classify-messages.ts';

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Says what the cell in the middle of an encoded picture is likely to be. Throws what the decoder throws. */
export const classifyPicture = async (
  classifier: CellClassifier,
  picture: Uint8Array | string,
  umPerPx: number,
): Promise<PictureClassification> => {
  const { data, info } = await sharp(picture, { limitInputPixels: 2 ** 24 })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raster = { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx: info.width, heightPx: info.height };
  const { scores, kind, map } = await classifier.classify(raster, umPerPx);
  const { kinds, name, version } = classifier.card;
  return {
    kinds: [...kinds],
    scores: [...scores].map(rounded),
    kind,
    map: { ...map, values: [...map.values].map(rounded), square: [...map.square] },
    picture: { widthPx: info.width, heightPx: info.height },
    model: { name, version },
  };
};
