import { createPdfText, type PdfText, type TextStyle } from './pdf-text.ts';

/** Sides of A4 and its margins, in points. */
const PAGE = { width: 595.28, height: 841.89, left: 44, right: 44, top: 44, bottom: 58 } as const;
export const INK = { text: '#1b2430', quiet: '#5b6675', line: '#cfd6de', pale: '#f2f5f8', good: '#0a6b4e', warn: '#8a4b00' } as const;

export type Column = { readonly title: string; readonly width: number; readonly align?: 'left' | 'right' };
export type Cell = string | { readonly text: string; readonly chip?: string; readonly weight?: 'regular' | 'bold' };

/** Pages that are filled from top to bottom; what does not fit begins the next one. */
export type Sheet = {
  readonly doc: PDFKit.PDFDocument;
  readonly text: PdfText;
  readonly x: number;
  readonly width: number;
  y: number;
  /** Begins a page where less than so much is left. */
  need(height: number): void;
  heading(title: string): void;
  /** A paragraph. */
  say(text: string, style?: Partial<TextStyle>): void;
  table(columns: readonly Column[], rows: Iterable<readonly Cell[]>): void;
};

const ROW = 15;

export const createSheet = (doc: PDFKit.PDFDocument): Sheet => {
  const text = createPdfText(doc);
  const x = PAGE.left;
  const width = PAGE.width - PAGE.left - PAGE.right;
  const floor = PAGE.height - PAGE.bottom;
  const turn = (): void => {
    doc.addPage();
    sheet.y = PAGE.top;
  };
  const rowOf = (columns: readonly Column[], cells: readonly Cell[], style: TextStyle): void => {
    let at = x;
    for (const [i, { width: own, align = 'left' }] of columns.entries()) {
      const cell = cells[i] ?? '';
      const { text: shown, chip, weight } = typeof cell === 'string' ? { text: cell, chip: undefined, weight: undefined } : cell;
      const inset = chip === undefined ? 4 : 16;
      if (chip !== undefined) doc.roundedRect(at + 4, sheet.y + 4, 8, 8, 2).fill(chip);
      const room = own - inset - 4;
      const one = { ...style, ...(weight === undefined ? {} : { weight }) };
      text.line(text.fit(shown, one, room), at + inset, sheet.y + 2.5, { ...one, width: room, align });
      at += own;
    }
  };
  const sheet: Sheet = {
    doc,
    text,
    x,
    width,
    y: PAGE.top,
    need: (height) => {
      if (sheet.y + height > floor) turn();
    },
    heading: (title) => {
      sheet.need(60);
      sheet.y += 14;
      text.line(title, x, sheet.y, { size: 11.5, weight: 'bold' });
      sheet.y += 19;
    },
    say: (words, style = {}) => {
      const own = { size: 8.5, colour: INK.text, ...style };
      for (const line of text.lines(words, own, width)) {
        sheet.need(own.size * 1.45);
        text.line(line, x, sheet.y, own);
        sheet.y += own.size * 1.45;
      }
    },
    table: (columns, rows) => {
      const head = (): void => {
        doc.rect(x, sheet.y, width, ROW).fill(INK.pale);
        rowOf(
          columns,
          columns.map(({ title }) => title),
          { size: 7.5, weight: 'bold', colour: INK.quiet },
        );
        sheet.y += ROW;
      };
      sheet.need(3 * ROW);
      head();
      for (const row of rows) {
        if (sheet.y + ROW > floor) {
          turn();
          head();
        }
        rowOf(columns, row, { size: 8.5 });
        sheet.y += ROW;
        doc
          .moveTo(x, sheet.y)
          .lineTo(x + width, sheet.y)
          .lineWidth(0.5)
          .strokeColor(INK.line)
          .stroke();
      }
      sheet.y += 4;
    },
  };
  turn();
  return sheet;
};

/** Puts the same line at the foot of every page, with its number. */
export const numberPages = ({ doc, text, x, width }: Sheet, words: string): void => {
  const { start, count } = doc.bufferedPageRange();
  for (let i = 0; i < count; i++) {
    doc.switchToPage(start + i);
    const y = PAGE.height - PAGE.bottom + 20;
    doc
      .moveTo(x, y - 6)
      .lineTo(x + width, y - 6)
      .lineWidth(0.5)
      .strokeColor(INK.line)
      .stroke();
    const style = { size: 7, colour: INK.quiet };
    text.line(text.fit(words, style, width - 70), x, y, style);
    text.line(`Page ${i + 1} of ${count}`, x, y, { ...style, width, align: 'right' });
  }
};
