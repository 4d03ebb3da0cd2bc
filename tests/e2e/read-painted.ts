/** Notes each frame that is drawn: the number painted into it, read back from the screen, and the ids that picture and cells claim to have. */
export const readPainted = `
  window.read = [];
  const canvas = document.querySelector('canvas[data-review-frame]');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  window.look = () => {
    const picture = Number(canvas.dataset.pictureFrame);
    const width = picture < 330 ? 320 : 256;
    const scale = Math.min(canvas.width / width, canvas.height / 240, 12);
    const left = (canvas.width - width * scale) / 2;
    const top = (canvas.height - 240 * scale) / 2;
    let painted = 0;
    for (let bit = 0; bit < 12; bit++)
      if (context.getImageData(Math.floor(left + (bit + 0.5) * 16 * scale), Math.floor(top + 8 * scale), 1, 1).data[1] > 125) painted |= 1 << bit;
    return [painted, picture, Number(canvas.dataset.overlayFrame)];
  };
  new MutationObserver(() => window.read.push(window.look())).observe(canvas, { attributes: true, attributeFilter: ['data-overlay-frame'] });
`;
