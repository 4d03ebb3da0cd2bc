import type { SuiteFigures } from './count-figures.ts';

const ROW = 26;
const LEFT = 210;
const WIDTH = 620;
const TOP = 62;
const COLOURS = ['#1d6fb8', '#c2410c', '#15803d', '#7c3aed', '#b45309', '#0f766e', '#be185d'];
const TICKS = [-30, -10, -3, -1, 0, 1, 3, 10, 30, 100, 300];

/** Errors from hundredths of a per cent to hundreds on one axis: linear near 0, logarithmic beyond 1 %. */
const bent = (percent: number): number => Math.sign(percent) * Math.log10(1 + Math.abs(percent));
const LOW = bent(-30);
const HIGH = bent(400);
const across = (percent: number): number => LEFT + (WIDTH * (Math.min(HIGH, Math.max(LOW, bent(percent))) - LOW)) / (HIGH - LOW);
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The figures as an SVG: for each suite and kind of boxes the error of the count, the map's and those of trackers without one. */
export const countPlot = (figures: readonly SuiteFigures[]): string => {
  const names = ['with the map', ...new Set(figures.flatMap(({ baselines }) => baselines.map(({ tracker }) => tracker)))];
  const bottom = TOP + ROW * figures.length;
  const dot = (percent: number, y: number, name: string): string => {
    const colour = COLOURS[names.indexOf(name) % COLOURS.length];
    return `<circle cx="${across(percent).toFixed(1)}" cy="${y}" r="${name === names[0] ? 6 : 4.5}" fill="${colour}"><title>${escaped(name)}: ${percent.toFixed(2)} %</title></circle>`;
  };
  const rows = figures.map(({ suite, boxes, error, baselines }, i) => {
    const y = TOP + ROW * (i + 0.5);
    return [
      `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${escaped(`${suite}, ${boxes === 'true' ? 'true boxes' : boxes}`)}</text>`,
      `<line x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y}" y2="${y}" stroke="#e5e7eb"/>`,
      ...baselines.map((one) => dot(100 * one.error, y, one.tracker)),
      dot(100 * error, y, names[0]!),
    ].join('');
  });
  const ticks = TICKS.map(
    (tick) =>
      `<line x1="${across(tick)}" x2="${across(tick)}" y1="${TOP - 6}" y2="${bottom}" stroke="${tick === 0 ? '#374151' : '#d1d5db'}"/><text x="${across(tick)}" y="${bottom + 18}" text-anchor="middle">${tick > 0 ? '+' : ''}${tick} %</text>`,
  );
  const legend = names.map(
    (name, i) =>
      `<circle cx="${LEFT + 8 + i * 150}" cy="36" r="5" fill="${COLOURS[i % COLOURS.length]}"/><text x="${LEFT + 20 + i * 150}" y="40">${escaped(name)}</text>`,
  );
  const width = Math.max(LEFT + WIDTH + 30, LEFT + 150 * names.length);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom + 34}" font-family="system-ui, sans-serif" font-size="12" fill="#111827"><rect width="100%" height="100%" fill="#fff"/><text x="12" y="18" font-size="14" font-weight="600">Cells counted against cells there, each once: error of the total</text>${legend.join('')}${ticks.join('')}${rows.join('')}</svg>\n`;
};
