import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { EvaluatedImage } from '../../../models/evaluate/average-precision.ts';
import { linearScale, roundRange } from '../../../models/train/report/chart-scale.ts';
import { bestEpoch } from '../../../models/train/report/learning-curves.ts';
import { html } from '../../../models/train/report/markup.ts';
import { type ReportDocument, reportPage } from '../../../models/train/report/report-page.ts';
import { classColumn, sourceColumn } from '../../../models/train/report/run-log.ts';
import { findingsOf, type ReportField } from '../../../models/train/report/source-findings.ts';

const CLASSES = ['<script>alert("1")</script>', '& \u0000 "quoted\' ', 'Zelle ü 細胞'];
const SOURCE = '</style><b>site</b>';

const field = (name: string): ReportField => ({
  ...{ name, widthPx: 100, heightPx: 80 },
  picture: async () => ({ data: new Uint8Array(50 * 40 * 3).fill(200), widthPx: 50, heightPx: 40 }),
});
const image: EvaluatedImage = {
  truth: [
    { classIndex: 0, box: [0, 0, 20, 20] },
    { classIndex: 1, box: [40, 40, 60, 60] },
  ],
  detections: [
    { classIndex: 0, score: 0.9, box: [0, 0, 20, 20] },
    { classIndex: 2, score: 0.9, box: [40, 40, 60, 60] },
    { classIndex: 2, score: 0.8, box: [80, 0, 99, 20] },
  ],
};
const images = [image, { ...image, detections: [] }];
const findings = findingsOf({ name: SOURCE, images, fields: [field('"><img src=x>'), field('b')] }, [0.5, 0.5, 0.5], 4);

const document: ReportDocument = {
  ...{ title: 'smear & <detector>', kind: 'Training run', state: 'Epoch 2 of 4', isOver: false, classes: CLASSES },
  ...{ thresholds: [0.5, 0.5, 0.5], thresholdsFrom: 'made up' },
  history: {
    rows: [
      { epoch: 1, scoreLoss: 0.8, [sourceColumn(SOURCE, 'mAP')]: 0.5, [classColumn(SOURCE, CLASSES[0]!)]: 0.4 },
      { epoch: 2, scoreLoss: 0.4, [sourceColumn(SOURCE, 'mAP')]: 0.4 },
    ],
    ...{ sourceNames: [SOURCE], classes: CLASSES, lossColumns: ['scoreLoss'] },
  },
  sources: [findings],
  facts: [['Command', 'train --config "<a>" && b']],
  recipe: { loss: { box: 'giou' }, canvas: [320, 240] },
  data: [{ name: SOURCE, source: 'made up', licence: 'CC0', note: '2 held out' }],
};

const VOID = new Set(['meta', 'img', 'br', 'input', '!doctype']);

/** Every element that is opened is closed, in its order. */
const unclosed = (page: string): string[] => {
  const open: string[] = [];
  for (const [, end, name, self] of page.replace(/<style>.*?<\/style>/s, '').matchAll(/<(\/?)([a-z0-9!]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (VOID.has(name!) || self === '/') continue;
    if (end !== '/') open.push(name!);
    else if (open.pop() !== name) return [`</${name}> closes another`];
  }
  return open;
};

describe('report', () => {
  it('is one well-formed file that asks for nothing from elsewhere', async () => {
    const page = await reportPage(document);
    expect(unclosed(page)).toEqual([]);
    expect(page).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:|\/\/|file:)/i);
    expect(page).not.toMatch(/<script|<link|@import/i);
    expect(page.match(/href="data:image\/webp;base64,/g)).toHaveLength(2);
  });

  it('shows names as they are, whatever is in them', async () => {
    const page = await reportPage(document);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<b>site');
    expect(page).not.toContain('\u0000');
    expect(page).toContain('smear &amp; &lt;detector&gt;');
  });

  it('tells counts, the best epoch and nested settings', async () => {
    const page = await reportPage(document);
    expect(page).toContain('best, epoch 1');
    expect(page).toContain('<dt>loss.box</dt><dd>giou</dd>');
    expect(page).toMatch(/1 of 2 right, 1 false, 1 confused/);
  });

  it('draws no more pictures than fit into a few megabytes', async () => {
    const noise = new Uint8Array(640 * 480 * 3).map((_, i) => (i * 2_654_435_761) >>> 13);
    const heavy = (name: string): ReportField => ({ ...field(name), picture: async () => ({ data: noise, widthPx: 640, heightPx: 480 }) });
    const fields = Array.from({ length: 60 }, (_, i) => heavy(`${i}`));
    const source = { name: 'heavy', images: fields.map(() => image), fields };
    const page = await reportPage({ ...document, sources: [findingsOf(source, [0.5, 0.5, 0.5], 60)] });
    expect(page.match(/<image/g)!.length).toBeLessThan(60);
    expect(page.length).toBeLessThan(5e6);
  }, 30_000);

  it('needs no field, no history and no class with truth', async () => {
    const nothing = findingsOf({ name: 'empty', images: [{ truth: [], detections: [] }], fields: [field('a')] }, [0.5, 0.5, 0.5], 4);
    const { history: _, ...rest } = document;
    const page = await reportPage({ ...rest, sources: [nothing] });
    expect(unclosed(page)).toEqual([]);
    expect(page).not.toContain('NaN');
    expect(unclosed(await reportPage({ ...rest, sources: [] }))).toEqual([]);
  });
});

describe('parts of the report', () => {
  it('escapes what is put into a template, and keeps markup', () => {
    expect(html`<a title="${'"<'}">${html`<b>${1}</b>`}${undefined}${false}${['x', '&']}</a>`.text).toBe(
      '<a title="&quot;&lt;"><b>1</b>x&amp;</a>',
    );
  });

  it('takes the first of equally good epochs', () => {
    const rows = [0.2, 0.6, 0.6, 0.1].map((mAP, i) => ({ epoch: i + 1, 'a mAP': mAP }));
    expect(bestEpoch({ rows, sourceNames: ['a'], classes: [], lossColumns: [] })).toBe(2);
  });

  it.each([
    [
      [0, 1],
      ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'],
    ],
    [
      [0, 0.002],
      ['0', '5.0e-4', '1.0e-3', '1.5e-3', '2.0e-3'],
    ],
    [
      [0, 22],
      ['0', '5', '10', '15', '20'],
    ],
    [
      [0, 12],
      ['0.0', '2.5', '5.0', '7.5', '10.0'],
    ],
    [
      [0, 0.9],
      ['0.0', '0.2', '0.4', '0.6', '0.8'],
    ],
    [
      [3, 3],
      ['3.0', '3.2', '3.4', '3.6', '3.8', '4.0'],
    ],
  ] as const)('puts round ticks on %j', (range, labels) => {
    const scale = linearScale(range, [0, 100]);
    expect(scale.ticks.map(scale.label)).toEqual(labels);
    expect(scale.at(range[0])).toBe(0);
  });

  it('rounds a range up, from 0', () => {
    expect(roundRange([0.3, 0.73])).toEqual([0, 0.8]);
    expect(roundRange([0, 0])).toEqual([0, 1]);
  });

  it('keeps its colours in step with the dashboard’s ground rules: readable in light and dark', async () => {
    const style = await readFile(new URL('../../../models/train/report/page-style.ts', import.meta.url), 'utf8');
    const luminance = (hex: string): number => {
      const [r, g, b] = [1, 3, 5].map((at) => {
        const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a: string, b: string): number => {
      const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
      return (high + 0.05) / (low + 0.05);
    };
    const colours = [...style.matchAll(/--(ink|soft|accent|c\d): light-dark\((#\w{6}), (#\w{6})\)/g)];
    expect(colours).toHaveLength(11);
    for (const [, name, light, dark] of colours) {
      const least = name!.startsWith('c') ? 3 : 4.5;
      expect(contrast(light!, '#ffffff'), `${name} in light`).toBeGreaterThan(least);
      expect(contrast(dark!, '#141a21'), `${name} in dark`).toBeGreaterThan(least);
    }
  });
});
