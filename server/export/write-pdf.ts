import type { ExportFormat } from './export-format.ts';
import type { ExportSource } from './export-source.ts';
import { countsSection, headSection, qualitySection, timeText } from './pdf-facts.ts';
import { gallerySection, slideSection } from './pdf-pictures.ts';
import { correctionsSection, signaturesSection } from './pdf-review.ts';
import { createSheet, numberPages } from './pdf-sheet.ts';
import { sizesSection } from './pdf-sizes.ts';
import { newPdf } from './pdf-text.ts';

async function* reportPages(source: ExportSource): AsyncGenerator<Uint8Array> {
  const { facts, now, program } = source;
  const doc = newPdf(`Cell count ${facts.id}`, new Date(now), `Smearscope ${program}`);
  const sheet = createSheet(doc);
  headSection(sheet, source);
  countsSection(sheet, source);
  sizesSection(sheet, source);
  qualitySection(sheet, source);
  await slideSection(sheet, source);
  await gallerySection(sheet, source);
  correctionsSection(sheet, source);
  signaturesSection(sheet, source);
  numberPages(sheet, `Session ${facts.id}  ·  written ${timeText(now)} by Smearscope ${program}`);
  doc.end();
  yield* doc as AsyncIterable<Uint8Array>;
}

/** A report on paper: A4, faces embedded, for keeping (PDF/A-2b). Names that no embedded face can show have question marks. */
export const pdfExport: ExportFormat = {
  format: 'pdf',
  label: 'PDF report',
  extension: 'pdf',
  mediaType: 'application/pdf',
  purpose: 'Counts with intervals, quality, cells, slide map, corrections and signatures, to print or file.',
  flow: true,
  kind: 'text',
  chunks: reportPages,
};
