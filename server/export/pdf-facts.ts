import { classColour } from '../../domain/class-colours.ts';
import { differentialOf } from '../../domain/differential.ts';
import { poissonInterval } from '../../domain/statistics.ts';
import type { ExportSource } from './export-source.ts';
import { readingText } from './export-source.ts';
import { type Cell, INK, type Sheet } from './pdf-sheet.ts';

/** Time of the day is told in UTC: the paper may be read elsewhere. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.00995 ? 2 : 1)} %`;
const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(3)).toString();

const cells = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1));

const durationText = (ms: number): string => {
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
};

/** The head of the report: what it is, whether it is signed, and everything that says which slide and how. */
export const headSection = (sheet: Sheet, source: ExportSource): void => {
  const { doc, text, x, width } = sheet;
  const { facts, review, frames } = source;
  const signed = review?.locked === true;
  text.line('Cell count of a blood smear', x, sheet.y, { size: 19, weight: 'bold' });
  const mark = signed ? `SIGNED · VERSION ${review.version}` : 'PRELIMINARY · NOT SIGNED';
  const style = { size: 8.5, weight: 'bold', colour: '#ffffff' } as const;
  const sign = text.widthOf(mark, style) + 18;
  doc.roundedRect(x + width - sign, sheet.y + 3, sign, 19, 4).fill(signed ? INK.good : INK.warn);
  text.line(mark, x + width - sign + 9, sheet.y + 7, style);
  sheet.y += 34;
  doc
    .moveTo(x, sheet.y)
    .lineTo(x + width, sheet.y)
    .lineWidth(1)
    .strokeColor(INK.text)
    .stroke();
  sheet.y += 10;
  const named = (name: string, value: string, left: number, room: number, weight: 'regular' | 'bold' = 'regular'): void => {
    text.line(name, left, sheet.y, { size: 8.5, colour: INK.quiet });
    text.line(text.fit(value, { size: 8.5, weight }, room - 66), left + 66, sheet.y, { size: 8.5, weight });
  };
  const wide: readonly (readonly [string, string])[] = [
    ['Specimen', facts.specimenId ?? 'not given'],
    ['Operator', facts.operator ?? 'not given'],
    ['Cells', readingText(source)],
    ['Source', facts.source],
    ...(facts.flags.length === 0 ? [] : [['Flags', facts.flags.join(', ')] as const]),
    ...(facts.model.sha256 === undefined ? [] : [['Model file', `SHA-256 ${facts.model.sha256}`] as const]),
  ];
  const narrow: readonly (readonly [string, string])[] = [
    ['Counted', timeText(facts.startedAt)],
    ['Length', durationText(frames.durationMs)],
    ['Scale', facts.umPerPx === undefined ? 'not known' : `${figure(facts.umPerPx)} µm for a pixel (${facts.umPerPxFrom ?? 'given'})`],
    ['Calibration', facts.calibration ?? 'no profile'],
    ['Model', `${facts.model.name} ${facts.model.version}`],
    ['Engine', facts.engine],
    ['Session', facts.id],
    ['Counted by', `Smearscope ${facts.program}`],
  ];
  for (const [i, [name, value]] of wide.entries()) {
    named(name, value, x, width, i < 2 ? 'bold' : 'regular');
    sheet.y += 14;
  }
  for (const [i, [name, value]] of narrow.entries()) {
    named(name, value, x + (i % 2) * (width / 2), width / 2 - 10);
    if (i % 2 === 1) sheet.y += 14;
  }
};

/** Each class with its count, share and density, and their exact 95 % intervals. */
export const countsSection = (sheet: Sheet, source: ExportSource): void => {
  const { counts, review, facts, areaMm2, concentrations } = source;
  const names = Object.keys(counts);
  const numbers = Object.values(counts);
  const total = numbers.reduce((sum, n) => sum + n, 0);
  const shares = differentialOf(names, numbers)?.shares ?? [];
  sheet.heading('Counts');
  const rows = names.map((name, i): Cell[] => {
    const n = numbers[i]!;
    const { low, high } = poissonInterval(n);
    const share = shares[i];
    const counted = review?.counts[name]?.counted;
    return [
      { text: name, chip: classColour(facts.classes.indexOf(name)), weight: 'bold' },
      counted === undefined ? '–' : counted.toLocaleString('en-US'),
      { text: n.toLocaleString('en-US'), weight: 'bold' },
      `${cells(low)} – ${cells(high)}`,
      share === undefined ? '–' : percent(share.share),
      share === undefined ? '–' : `${percent(share.low)} – ${percent(share.high)}`,
      areaMm2 === undefined || areaMm2 === 0 ? '–' : figure(n / areaMm2),
    ];
  });
  sheet.table(
    [
      { title: 'Class', width: 106 },
      { title: 'Before review', width: 62, align: 'right' },
      { title: 'Cells', width: 54, align: 'right' },
      { title: '95 % interval', width: 84, align: 'right' },
      { title: 'Share', width: 54, align: 'right' },
      { title: '95 % interval', width: 97, align: 'right' },
      { title: 'per mm²', width: 50, align: 'right' },
    ],
    [...rows, [{ text: 'All', weight: 'bold' }, '', { text: total.toLocaleString('en-US'), weight: 'bold' }, '', '', '', '']],
  );
  sheet.say(
    'Each cell is counted once, however often it was seen; figures are of the part of the slide that was looked at. Intervals are exact (Garwood for counts, Clopper–Pearson for shares) and hold for chance in counting alone, not for errors of the model.',
    { size: 7.5, colour: INK.quiet },
  );
  if (concentrations.length === 0) return;
  sheet.heading('Estimates from the smear');
  sheet.table(
    [
      { title: 'Class', width: 106 },
      { title: 'for 1 µL', width: 80, align: 'right' },
      { title: '95 % interval of counting', width: 130, align: 'right' },
      { title: 'cells in a field', width: 90, align: 'right' },
      { title: 'factor', width: 101, align: 'right' },
    ],
    concentrations.map(({ class: name, perUl, low, high, perField, factor, objective }) => [
      { text: name, chip: classColour(facts.classes.indexOf(name)) },
      figure(perUl),
      `${figure(low)} – ${figure(high)}`,
      figure(perField),
      `${factor.toLocaleString('en-US')} (${objective}× field)`,
    ]),
  );
  sheet.say(
    'Fields-times-factor estimates, no measurement of a concentration: they hold only in a monolayer where red cells barely touch, and with the factor of this very microscope.',
    { size: 7.5, colour: INK.quiet },
  );
};

const STATES: Readonly<Record<string, string>> = {
  sharp: 'sharp, with something new',
  resting: 'sharp, nothing new',
  fast: 'moved too fast',
  blurred: 'out of focus',
  dark: 'too dark',
  bright: 'too bright',
  lost: 'place not found',
  turned: 'camera turned',
  zoomed: 'other objective',
};

const sparkline = ({ doc, text, x, width, ...sheet }: Sheet, values: readonly number[], y: number): void => {
  const [left, wide, high] = [x + width / 2 + 12, width / 2 - 12, 62];
  text.line('Sharpness over time (0 to 1)', left, y, { size: 7.5, colour: INK.quiet });
  const top = y + 13;
  doc.rect(left, top, wide, high).lineWidth(0.5).strokeColor(INK.line).stroke();
  const step = wide / Math.max(1, values.length);
  for (const [i, value] of values.entries()) {
    const tall = Math.max(0.5, Math.min(1, value) * (high - 4));
    doc.rect(left + i * step + 0.4, top + high - tall, Math.max(0.5, step - 0.8), tall).fill('#7b8ea3');
  }
  void sheet;
};

/** What is said stands beside the curve, on one page. */
const QUALITY_HIGH = 190;

/** How good what was counted from is. */
export const qualitySection = (sheet: Sheet, source: ExportSource): void => {
  const { frames, keyframes, areaMm2, facts } = source;
  const states = { counted: 0, waiting: 0, excluded: 0, withdrawn: 0 };
  let uncertain = 0;
  let unsure = 0;
  for (const { state, score, uncertain: marked } of source.cells()) {
    states[state]++;
    if (marked === true) uncertain++;
    if (state === 'counted' && score < 0.5) unsure++;
  }
  const pieces = new Set(keyframes.map(({ island }) => island)).size;
  sheet.need(QUALITY_HIGH);
  sheet.heading('Quality');
  const top = sheet.y;
  const style = { size: 8.5, colour: INK.text };
  const lines: string[] = [
    `${frames.total.toLocaleString('en-US')} frames: ${Object.entries(frames.byState)
      .map(([state, n]) => `${n.toLocaleString('en-US')} ${STATES[state] ?? state}`)
      .join('; ')}.`,
    ...(facts.specimen === 'flow'
      ? []
      : [
          `${areaMm2 === undefined ? 'Area that was looked at: not known.' : `Area that was looked at: ${figure(areaMm2)} mm².`} ${keyframes.length} fields on the map, ${pieces === 1 ? 'in one piece' : `in ${pieces} pieces`}.`,
          `${states.waiting.toLocaleString('en-US')} cells not counted, since the edge of what was seen cuts them; ${states.excluded.toLocaleString('en-US')} left out, where the smear is too thick or too thin.`,
          `${unsure.toLocaleString('en-US')} counted cells that the model was less than half sure of; ${uncertain.toLocaleString('en-US')} marked uncertain by the reader.`,
        ]),
    source.review === undefined || source.review.reviewedKeyframes.length === 0
      ? 'No field was marked as looked through whole.'
      : `${source.review.reviewedKeyframes.length} of ${keyframes.length} fields were looked through whole.`,
  ];
  for (const words of lines)
    for (const line of sheet.text.lines(words, style, sheet.width / 2 - 6)) {
      sheet.text.line(line, sheet.x, sheet.y, style);
      sheet.y += 12.2;
    }
  sparkline(sheet, frames.sharpness, top);
  sheet.y = Math.max(sheet.y, top + 80) + 2;
};
