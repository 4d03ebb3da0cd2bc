import type { ShownField } from '../live/picture-decoder.ts';
import { drawOverlay, drawPicture, type OverlayClass } from './draw-field.ts';
import type { Layers } from './layers.ts';
import type { FieldOutlines } from './mark-cells.ts';

/** Saves the field as it is shown, cells included, as a PNG at camera resolution, named after its frame. */
export const saveSnapshot = async (
  field: ShownField,
  classes: readonly OverlayClass[],
  layers: Layers,
  outlines: FieldOutlines,
  cameraId: string,
): Promise<void> => {
  const canvas = new OffscreenCanvas(field.report.widthPx, field.report.heightPx);
  const context = canvas.getContext('2d');
  if (!context) return;
  const whole = { scale: 1, offset: { x: 0, y: 0 }, density: 1 };
  // Drawn until every cell is as fine as it will be.
  do {
    drawPicture(context, field, whole);
    drawOverlay(context, field, whole, classes, undefined, layers, { outlines });
  } while (outlines.sprites.isCoarse);
  const address = URL.createObjectURL(await canvas.convertToBlob({ type: 'image/png' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `smearscope-${cameraId}-frame-${field.report.frameId}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};
