import type { CellRecord } from '../../../domain/cell-record.ts';
import type { LedgerKind } from '../../../domain/ledger.ts';

export const stateWords: Record<CellRecord['state'], { readonly word: string; readonly why: string }> = {
  counted: { word: 'counted', why: 'seen whole in a sharp field' },
  waiting: { word: 'waiting', why: 'cut by the field’s edge so far, not counted yet' },
  excluded: { word: 'excluded', why: 'lies where the smear is not fit for counting' },
  withdrawn: { word: 'withdrawn', why: 'taken back, not counted' },
};

export const ledgerWords: Record<LedgerKind, string> = {
  counted: 'Counted',
  merged: 'Merged',
  split: 'Split off',
  reclassified: 'Class changed',
  withdrawn: 'Taken back',
  excluded: 'Excluded',
  readmitted: 'Counted again',
};

/** What a reader did to a cell, `, reclassified, was RBC`; empty where nothing. */
export const correctionWords = ({ correction, was, uncertain }: Pick<CellRecord, 'correction' | 'was' | 'uncertain'>): string =>
  [correction, was && `was ${was}`, uncertain && 'uncertain'].map((word) => (word ? `, ${word}` : '')).join('');

const sizeDigits = (um: number): string => um.toFixed(um < 10 ? 1 : 0);

/** Width and height, `7.1 × 6.8 µm`; `estimated`: the scale is. */
export const sizeWords = ({ widthUm, heightUm }: Pick<CellRecord, 'widthUm' | 'heightUm'>, estimated = false): string =>
  `${estimated ? '≈ ' : ''}${sizeDigits(widthUm)} × ${sizeDigits(heightUm)} µm`;

/**
 * A cell's one size in micrometres: the diameter of the circle of its outline's area. Without an outline the cell is taken to fill its box as an ellipse.
 */
export const sizeUm = ({ widthUm, heightUm, shape }: Pick<CellRecord, 'widthUm' | 'heightUm' | 'shape'>): number =>
  shape?.diameterUm ?? Math.sqrt(widthUm * heightUm);

/** That size in the place of width and height, where there is an outline. */
export const shortSizeWords = (cell: Pick<CellRecord, 'widthUm' | 'heightUm' | 'shape'>, estimated: boolean): string =>
  cell.shape ? `${estimated ? '≈ ' : '⌀ '}${cell.shape.diameterUm.toFixed(1)} µm` : sizeWords(cell, estimated);
