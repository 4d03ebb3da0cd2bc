import { expect, test } from 'vitest';
import { type LedgerEntry, ledgerCsv, ledgerEntry, ledgerLines, replayLedger } from '../../domain/ledger.ts';

const entry = (n: number, kind: LedgerEntry['kind'], more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  n,
  atMs: 33 * n,
  kind,
  cell: 1,
  class: 'RBC',
  island: 1,
  box: [1, 2, 3, 4],
  reason: 'first seen whole',
  ...more,
});

test('a ledger replays to the totals', () => {
  const entries = [
    entry(1, 'counted'),
    entry(2, 'counted', { cell: 2 }),
    entry(3, 'split', { cell: 3, other: 1 }),
    entry(4, 'merged', { cell: 2, other: 1 }),
    entry(5, 'reclassified', { cell: 3, class: 'WBC', was: 'RBC' }),
    entry(6, 'excluded', { cell: 3, class: 'WBC' }),
    entry(7, 'readmitted', { cell: 3, class: 'WBC' }),
  ];
  expect(Object.fromEntries(replayLedger(entries))).toEqual({ RBC: 1, WBC: 1 });
});

test('lines and CSV hold every entry', () => {
  const entries = [entry(1, 'counted'), entry(2, 'merged', { other: 4, reason: 'the same, "as" cell 4', class: '=evil' })];
  expect(
    ledgerLines(entries)
      .trim()
      .split('\n')
      .map((line) => ledgerEntry.parse(JSON.parse(line))),
  ).toEqual(entries);
  expect(ledgerCsv(entries).split('\r\n')).toEqual([
    'n,at_ms,kind,cell,class,was,other,island,x0,y0,x1,y1,reason',
    '1,33,counted,1,RBC,,,1,1,2,3,4,first seen whole',
    `2,66,merged,1,'=evil,,4,1,1,2,3,4,"the same, ""as"" cell 4"`,
    '',
  ]);
});
