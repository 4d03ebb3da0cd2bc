import { PAINTED } from './painted-clip.ts';

const { bits, squarePx, leftPx, topPx } = PAINTED;

/** Milliseconds on the clock of the machine, to a fraction: the same in every page. */
const NOW = 'performance.timeOrigin + performance.now()';

/** In the page that sends: notes when the camera gave which picture, off the track that is sent. */
export const WATCH_CAMERA = `(() => {
  window.captured = [];
  const track = document.querySelector('video').srcObject.getVideoTracks()[0];
  const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
  const rect = { x: ${leftPx}, y: ${topPx + squarePx / 2}, width: ${bits * squarePx}, height: 2 };
  const bytes = new Uint8Array(${bits * squarePx} * 8);
  const run = async () => {
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      const at = ${NOW};
      await frame.copyTo(bytes, { rect });
      frame.close();
      let number = 0;
      for (let bit = 0; bit < ${bits}; bit++) if (bytes[bit * ${squarePx} + ${squarePx / 2}] > 125) number |= 1 << bit;
      window.captured.push([number, at]);
    }
  };
  void run();
})()`;

/**
 * In the page that shows: reads the number of each picture back from the canvas, and notes when the screen was next made up after it was drawn. The median of
 * each square is taken, because the rims of boxes may lie over it.
 */
export const WATCH_SCREEN = `(() => {
  window.shown = [];
  const canvas = document.querySelector('canvas[data-field]');
  const context = canvas.getContext('2d');
  const square = (bit, row, scale, left, top) => {
    const x = Math.floor(left + (${leftPx} + (bit + 0.2) * ${squarePx}) * scale);
    const y = Math.floor(top + (${topPx} + (row + 0.2) * ${squarePx}) * scale);
    const side = Math.max(1, Math.floor(0.6 * ${squarePx} * scale));
    const greens = context.getImageData(x, y, side, side).data.filter((_, at) => at % 4 === 1).sort();
    return greens[greens.length >> 1] > 125;
  };
  const read = () => {
    const scale = Math.min(canvas.width / 1280, canvas.height / 720);
    const left = (canvas.width - 1280 * scale) / 2;
    const top = (canvas.height - 720 * scale) / 2;
    let number = 0;
    for (let bit = 0; bit < ${bits}; bit++) {
      const light = square(bit, 0, scale, left, top);
      if (light === square(bit, 1, scale, left, top)) return undefined;
      if (light) number |= 1 << bit;
    }
    return number;
  };
  new MutationObserver(() => {
    const entry = { number: read(), picture: canvas.dataset.pictureFrame, overlay: canvas.dataset.overlayFrame, at: undefined };
    requestAnimationFrame(() => (entry.at = ${NOW}));
    window.shown.push(entry);
  }).observe(canvas, { attributes: true, attributeFilter: ['data-overlay-frame'] });
})()`;
