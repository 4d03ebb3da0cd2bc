import { writeFile } from 'node:fs/promises';
import type { Configuration } from '../../domain/configuration.ts';
import type { CountedCell } from '../../domain/count-document.ts';
import { FaultError } from '../../domain/fault.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { type LedgerEntry, ledgerCsv, ledgerLines } from '../../domain/ledger.ts';
import { countFields } from '../../pipelines/count-fields.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { countFlowFrames } from '../../pipelines/flow/count-flow-frames.ts';
import { createFlowCounter } from '../../pipelines/flow/flow-counter.ts';
import { nameLedger } from '../../pipelines/slide/name-ledger.ts';
import type { SavedSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import {
  type Annotated,
  type CountOptions,
  type CountPorts,
  createSmearCounter,
  type SmearCounter,
} from '../../pipelines/smear-counter.ts';
import { readLines } from '../read-lines.ts';
import { type CountedSpecimen, countedCells, redCellSizes } from './count-report.ts';
import { flowCells, flowCountOf, flowMot } from './flow-report.ts';
import { writeMapFile } from './map-file.ts';
import { mapPieces } from './map-pieces.ts';

/** One way to count, and what it has to say at the end that the last report does not. */
export type Counting = {
  run(frames: AsyncIterable<Frame>): AsyncIterable<Annotated>;
  document(report: FieldReport, cells: boolean): CountedSpecimen;
  /** MOTChallenge text of the tracks, where there are any. */
  mot(): string;
  /** Every decision on a cell; none of flowing ones. */
  ledger(): readonly LedgerEntry[];
  /** Of cells that lie still on a slide. */
  readonly counter?: SmearCounter;
  /** Writes the slide map, where there is one. */
  save(path: string, atMs: number): Promise<void>;
};

export const smearCounting = (ports: CountPorts, options: CountOptions, saved: SavedSlideMap | undefined): Counting => {
  const counter = createSmearCounter(ports, options, saved);
  const { classes } = ports.engine.card;
  return {
    counter,
    run: (frames) => countFrames(frames, ports, options, counter),
    document: (_, cells) => {
      const counted = countedCells(counter, classes, options.umPerPx);
      return {
        specimen: 'smear',
        pieces: mapPieces(counter.keyframes),
        sizes: redCellSizes(counted),
        ...(cells ? { cells: counted } : {}),
      };
    },
    mot: () => '',
    ledger: () => nameLedger(counter.ledger, classes),
    save: (path, atMs) => writeMapFile(path, counter.snapshot(atMs)),
  };
};

/** Pictures as fields of their own, by the rule of the counting chamber. */
export const fieldsCounting = (ports: CountPorts, options: CountOptions): Counting => {
  const found: CountedCell[] = [];
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  const listed = (): CountedCell[] =>
    found.map((cell) => ({ ...cell, score: Number(cell.score.toFixed(4)), box: cell.box.map(tenth) as CountedCell['box'] }));
  return {
    run: (frames) => countFields(frames, ports, options, found),
    document: (_, cells) => ({
      specimen: 'smear',
      edgeRule: 'hemocytometer',
      sizes: redCellSizes(found),
      ...(cells ? { cells: listed() } : {}),
    }),
    mot: () => '',
    ledger: () =>
      listed().map(({ id, class: name, box, firstSeenMs, island = 1 }, i) => ({
        n: i + 1,
        atMs: firstSeenMs,
        kind: 'counted',
        cell: id,
        class: name,
        island,
        box,
        reason: 'in the field, or on its upper or left edge',
      })),
    save: async () => {},
  };
};

export const flowCounting = (ports: CountPorts, options: Configuration & { readonly umPerPx: number }): Counting => {
  const { umPerPx, minSharpness, line } = options;
  const counter = createFlowCounter(ports, { umPerPx, minSharpness, lines: readLines(line), keepAll: true });
  const { classes } = ports.engine.card;
  return {
    run: (frames) => countFlowFrames(frames, counter),
    document: (report, cells) => ({
      specimen: 'flow',
      ...(cells ? { cells: flowCells(counter.record, classes) } : {}),
      flow: flowCountOf(counter.record, report, umPerPx, classes, cells),
    }),
    mot: () => flowMot(counter.record),
    ledger: () => [],
    save: async () => {},
  };
};

const write = async (path: string, text: string, what: string, flag: string): Promise<void> => {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new FaultError({ kind: 'data', path, what: `${what} cannot be written`, remedy: `give another ${flag}` }, { cause });
  }
};

export const writeTracks = (path: string, text: string): Promise<void> => write(path, text, 'the tracks', '--mot');

/** As CSV where the file's name ends so, else as JSON lines. */
export const writeLedger = (path: string, ledger: readonly LedgerEntry[]): Promise<void> =>
  write(path, /\.csv$/i.test(path) ? ledgerCsv(ledger) : ledgerLines(ledger), 'the ledger', '--ledger');
