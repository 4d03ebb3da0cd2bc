import { expect, test } from 'vitest';
import { type FieldReport, fieldReport } from '../../domain/field-report.ts';
import type { LedgerEntry as NamedEntry } from '../../domain/ledger.ts';
import { replayLedger } from '../../domain/ledger.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import { cameraSettings } from '../../server/camera/camera-messages.ts';
import { createLedgerTeller } from '../../server/camera/ledger-teller.ts';
import { createLiveStatistics } from '../../server/camera/live-statistics.ts';

const classes = ['RBC', 'WBC', 'Platelets'];

const reportOf = (...counts: number[]): FieldReport => ({
  frameId: 1,
  capturedAtMs: 33,
  widthPx: 1280,
  heightPx: 720,
  state: 'sharp',
  reason: '',
  sharpness: 1,
  boxes: [],
  counts,
  frames: { decoded: 1, registered: 1, inferred: 1, rejected: {}, dropped: {} },
  slide: { islands: 1, keyframes: 1, areaUm2: 4777, countedUm2: [4000, 3600, 4500] },
  stageMs: {},
});

test('the rule’s progress is in every report, and reaching it is said once', () => {
  const said: string[] = [];
  const add = createLiveStatistics(cameraSettings.parse({ stopAt: 'WBC±3' }), classes, (line) => said.push(line));
  const early = add(reportOf(40, 1, 2));
  expect(fieldReport.parse(early)).toEqual(early);
  expect(early.stop).toMatchObject({ class: 'WBC', reached: false });
  expect(early.concentration?.map(({ class: name }) => name)).toEqual(['WBC', 'Platelets']);
  expect(add(reportOf(40, 1, 2)).stop).toEqual(early.stop);
  expect(said).toEqual([]);
  for (let frame = 0; frame < 3; frame++) expect(add(reportOf(900, 20 + frame, 60)).stop?.reached).toBe(true);
  expect(said).toEqual([expect.stringContaining('WBC')]);
});

test('without a rule, and for a class that the model lacks, nothing is said of stopping', () => {
  for (const stopAt of [undefined, 'Ghosts±3'])
    expect(createLiveStatistics(cameraSettings.parse({ stopAt }), classes, () => {})(reportOf(9, 1, 1)).stop).toBeUndefined();
});

test('the ledger is told entry by entry, from the first one on after a reset', () => {
  const entries: SmearCounter['ledger'][number][] = [];
  const counted = (cell: number) => ({
    atMs: 33,
    kind: 'counted' as const,
    cell,
    classIndex: 0,
    island: 1,
    box: [0, 0, 9, 9] as const,
    reason: '',
  });
  const told: NamedEntry[] = [];
  const tell = createLedgerTeller({ ledger: entries } as unknown as SmearCounter, classes, {
    tell: (news) => {
      if (news.type === 'ledger') told.push(...news.entries);
    },
    behind: false,
  });
  tell.tell();
  entries.push(counted(1), counted(2));
  tell.tell();
  tell.tell();
  entries.push(counted(3));
  tell.tell();
  expect(told.map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(replayLedger(told).get('RBC')).toBe(3);
  entries.length = 0;
  tell.clear();
  entries.push(counted(1));
  tell.tell();
  expect(told.at(-1)?.n).toBe(1);
});
