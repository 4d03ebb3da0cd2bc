import sharp from 'sharp';
import { evidencePicture } from '../../domain/evidence-picture.ts';
import type { PictureClassification } from './classify-messages.ts';

/** Writes a picture with the evidence for its likeliest kind laid over it, as PNG. Throws what the encoder throws. */
export const writeHeatMap = async (picture: Uint8Array, said: PictureClassification, file: string): Promise<void> => {
  const { widthPx: width, heightPx: height } = said.picture;
  const rgba = evidencePicture(said);
  const over = Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  await sharp(picture)
    .composite([{ input: over, raw: { width, height, channels: 4 } }])
    .png()
    .toFile(file);
};
