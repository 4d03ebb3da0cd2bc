/** A colour as a canvas keeps it: red in the lowest byte, opaque. */
const packed = (hex: string): number => {
  const rgb = Number.parseInt(hex.slice(1), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
};

/** Paints very many small dots: pixels are set one by one, which takes a tenth of what paths take. */
export type DotPainter = {
  /** `size` in device pixels. */
  begin(width: number, height: number): void;
  /** Dots of this colour, `#rrggbb`, come next. */
  ink(colour: string): void;
  /** A dot around a point in device pixels. */
  dot(x: number, y: number, diameter: number): void;
  /** Lays the dots over what is on the canvas. */
  finish(context: CanvasRenderingContext2D): void;
};

export const createDotPainter = (): DotPainter => {
  const sheet = new OffscreenCanvas(1, 1);
  const brush = sheet.getContext('2d');
  let value = 0;
  let image = new ImageData(1, 1);
  let pixels = new Uint32Array(image.data.buffer);
  let used = false;
  return {
    begin: (width, height) => {
      used = false;
      if (image.width === width && image.height === height) {
        pixels.fill(0);
        return;
      }
      sheet.width = width;
      sheet.height = height;
      image = new ImageData(width, height);
      pixels = new Uint32Array(image.data.buffer);
    },
    ink: (colour) => {
      value = packed(colour);
    },
    dot: (x, y, diameter) => {
      used = true;
      const { width, height } = image;
      const side = Math.max(1, Math.round(diameter));
      const left = Math.round(x - side / 2);
      const top = Math.round(y - side / 2);
      for (let row = Math.max(0, top); row < Math.min(height, top + side); row++) {
        // The corners are left out, so that a dot is round.
        const short = side > 2 && (row === top || row === top + side - 1) ? 1 : 0;
        const from = Math.max(0, left + short);
        const to = Math.min(width, left + side - short);
        if (from < to) pixels.fill(value, row * width + from, row * width + to);
      }
    },
    finish: (context) => {
      if (!used || !brush) return;
      brush.putImageData(image, 0, 0);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(sheet, 0, 0);
    },
  };
};
