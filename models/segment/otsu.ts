/** The threshold that parts values best into two groups (Otsu, 1979), over a histogram of 256 bins; `undefined` where all are alike. */
export const otsuThreshold = (values: Float32Array, chosen?: (index: number) => boolean): number | undefined => {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    if (chosen !== undefined && !chosen(i)) continue;
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  if (!(high > low)) return undefined;
  const bins = new Float64Array(256);
  const factor = 255.999 / (high - low);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (chosen !== undefined && !chosen(i)) continue;
    const bin = Math.floor((values[i]! - low) * factor);
    bins[bin] = bins[bin]! + 1;
    count++;
  }
  let sum = 0;
  for (let bin = 0; bin < 256; bin++) sum += bin * bins[bin]!;
  let below = 0;
  let sumBelow = 0;
  let best = -1;
  let at = 0;
  for (let bin = 0; bin < 255; bin++) {
    below += bins[bin]!;
    sumBelow += bin * bins[bin]!;
    if (below === 0 || below === count) continue;
    const apart = sumBelow / below - (sum - sumBelow) / (count - below);
    const between = below * (count - below) * apart * apart;
    if (between > best) {
      best = between;
      at = bin;
    }
  }
  return low + (at + 1) / factor;
};
