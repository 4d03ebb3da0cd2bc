import type { ExportSource } from './export-source.ts';
import { timeText } from './pdf-facts.ts';
import { INK, type Sheet } from './pdf-sheet.ts';

/** The latest; all of them are in the session. */
const MOST_CORRECTIONS = 60;

/** What a reader changed, newest first. */
export const correctionsSection = (sheet: Sheet, source: ExportSource): void => {
  if (source.review === undefined) return;
  const { total, corrections } = source.corrections(MOST_CORRECTIONS);
  sheet.heading('Corrections');
  if (total === 0) {
    sheet.say('None.');
    return;
  }
  sheet.table(
    [
      { title: 'No.', width: 34, align: 'right' },
      { title: 'When', width: 112 },
      { title: 'Who', width: 96 },
      { title: 'What', width: 210 },
      { title: '', width: 55 },
    ],
    corrections.map(({ n, at, by, text, undone }) => [String(n), timeText(at), by, text, undone ? 'taken back' : '']),
  );
  if (total > corrections.length) sheet.say(`The latest ${corrections.length} of ${total}.`, { size: 7.5, colour: INK.quiet });
};

/** Who signed what: every signature of the reading with the hash of what it covers, and a line for signing on paper. */
export const signaturesSection = (sheet: Sheet, source: ExportSource): void => {
  const { doc, text, x, width } = sheet;
  const { review } = source;
  sheet.heading('Signatures');
  if (review === undefined || review.signatures.length === 0) sheet.say('Nobody has signed this count.');
  for (const { by, role, version, at, sha256, comment, broken } of review?.signatures ?? []) {
    sheet.need(48);
    const now = version === review?.version && review.locked ? '' : ' (an earlier version: it was changed since)';
    sheet.say(`Version ${version}${now}, signed by ${by} as ${role}, ${timeText(at)}`, { weight: 'bold' });
    sheet.say(`SHA-256 ${sha256}`, { size: 7.5, colour: INK.quiet });
    if (comment !== undefined) sheet.say(`“${comment}”`);
    if (broken !== undefined) sheet.say(`Does not hold any more: ${broken}`, { colour: INK.warn, weight: 'bold' });
    sheet.y += 5;
  }
  sheet.need(54);
  sheet.y += 30;
  for (const [i, name] of ['Name', 'Signature', 'Date'].entries()) {
    const left = x + (i * width) / 3;
    doc
      .moveTo(left, sheet.y)
      .lineTo(left + width / 3 - 14, sheet.y)
      .lineWidth(0.6)
      .strokeColor(INK.quiet)
      .stroke();
    text.line(name, left, sheet.y + 3, { size: 7, colour: INK.quiet });
  }
  sheet.y += 18;
};
