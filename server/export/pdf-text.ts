import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import PDFDocument from 'pdfkit';

type Weight = 'regular' | 'bold';
/** A stretch of text that one face can show. */
type Run = { readonly font: string; readonly text: string };

/** Parts that the typeface comes in, each a file of its own; the first that has a letter shows it. */
const SCRIPTS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext', 'vietnamese'] as const;
const WEIGHTS = { regular: 400, bold: 600 } as const;
/** What stands for signs of our own that no face has. */
const INSTEAD: Readonly<Record<string, string>> = { '→': '»' };
/** Stands for a letter that no face has. */
const UNKNOWN = '?';

export type TextStyle = { readonly size: number; readonly weight?: Weight; readonly colour?: string };

/** Text in embedded faces, whatever a person has written in it. */
export type PdfText = {
  widthOf(text: string, style: TextStyle): number;
  /** The text, cut short with an ellipsis where it is wider. */
  fit(text: string, style: TextStyle, width: number): string;
  /** One line, its upper edge at y. */
  line(
    text: string,
    x: number,
    y: number,
    style: TextStyle & { readonly width?: number; readonly align?: 'left' | 'right' | 'center' },
  ): void;
  /** Broken into lines at spaces, and where a word is wider than a line. */
  lines(text: string, style: TextStyle, width: number): string[];
};

const require = createRequire(import.meta.url);
const facesFolder = (): string => join(dirname(require.resolve('@fontsource/ibm-plex-sans/LICENSE')), 'files');

type Face = { readonly name: string; readonly has: (codePoint: number) => boolean };
/** The part of pdfkit's font that says what it can show. */
type Opened = { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } };

export const createPdfText = (doc: PDFKit.PDFDocument): PdfText => {
  const folder = facesFolder();
  const facesOf = (weight: Weight): Face[] =>
    SCRIPTS.map((script) => {
      const name = `${script}-${weight}`;
      doc.registerFont(name, join(folder, `ibm-plex-sans-${script}-${WEIGHTS[weight]}-normal.woff`));
      let opened: Opened | undefined;
      const has = (codePoint: number): boolean => {
        // Opening a face makes it the document's: each is opened where it is first asked for, before anything is written in it.
        opened ??= (doc.font(name) as unknown as { readonly _font: Opened })._font;
        return opened.font.hasGlyphForCodePoint(codePoint);
      };
      return { name, has };
    });
  const faces = { regular: facesOf('regular'), bold: facesOf('bold') };

  const runsOf = (text: string, weight: Weight): Run[] => {
    const runs: { font: string; text: string }[] = [];
    const clean = text
      .toWellFormed()
      .replaceAll(/\p{Cc}+/gu, ' ')
      .normalize('NFC');
    for (const sign of clean) {
      const letter = INSTEAD[sign] ?? sign;
      const face = faces[weight].find(({ has }) => has(letter.codePointAt(0)!));
      const shown = face === undefined ? UNKNOWN : letter;
      const font = (face ?? faces[weight][0]!).name;
      const last = runs.at(-1);
      if (last?.font === font) last.text += shown;
      else runs.push({ font, text: shown });
    }
    return runs;
  };
  const widthOf: PdfText['widthOf'] = (text, { size, weight = 'regular' }) =>
    runsOf(text, weight).reduce((sum, run) => sum + doc.font(run.font).fontSize(size).widthOfString(run.text), 0);

  /** Most letters of the text that are no wider. */
  const letters = (text: readonly string[], style: TextStyle, width: number, tail: string): number => {
    let [low, high] = [0, text.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (widthOf(text.slice(0, middle).join('') + tail, style) <= width) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    widthOf,
    fit: (text, style, width) => {
      if (widthOf(text, style) <= width) return text;
      const all = [...text].slice(0, 1000);
      return `${all
        .slice(0, letters(all, style, width, '…'))
        .join('')
        .trimEnd()}…`;
    },
    line: (text, x, y, { width, align = 'left', ...style }) => {
      const over = width === undefined || align === 'left' ? 0 : width - widthOf(text, style);
      let at = x + (align === 'center' ? over / 2 : over);
      for (const run of runsOf(text, style.weight ?? 'regular')) {
        doc
          .font(run.font)
          .fontSize(style.size)
          .fillColor(style.colour ?? '#1b2430')
          .text(run.text, at, y, { lineBreak: false });
        at += doc.widthOfString(run.text);
      }
    },
    lines: (text, style, width) => {
      const lines: string[] = [];
      let line = '';
      for (const word of text.split(/\s+/).filter((part) => part !== '')) {
        const longer = line === '' ? word : `${line} ${word}`;
        if (widthOf(longer, style) <= width) {
          line = longer;
          continue;
        }
        if (line !== '') lines.push(line);
        let rest = [...word];
        while (widthOf(rest.join(''), style) > width) {
          const taken = Math.max(1, letters(rest, style, width, ''));
          lines.push(rest.slice(0, taken).join(''));
          rest = rest.slice(taken);
        }
        line = rest.join('');
      }
      return line === '' ? lines : [...lines, line];
    },
  };
};

/** A new A4 document that holds its faces; PDF/A-2b, for keeping. */
export const newPdf = (title: string, made: Date, creator: string): PDFKit.PDFDocument =>
  new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    lang: 'en',
    displayTitle: true,
    font: join(facesFolder(), 'ibm-plex-sans-latin-400-normal.woff'),
    info: { Title: title, Creator: creator, Producer: creator, CreationDate: made, ModDate: made },
  });
