import type { FieldReport } from '../../domain/field-report.ts';
import { type Box, boxArea, intersectBoxes, translateBox } from '../../domain/geometry.ts';
import type { ExcludedGround, GroundKind } from '../../domain/ground.ts';
import type { GroundMap, GroundTally } from './ground-map.ts';

/** Why cells are not counted, and what to do about it, for a technician. */
export const UNFIT_WORDS: Record<GroundKind, string> = {
  thick: 'too thick here, cells lie over each other: move towards the feathered edge',
  thin: 'too thin here, cells lie far apart: move away from the feathered edge',
  unfocused: 'seen only out of focus',
};

/** Share of the analysed ground that is fit for counting, 0 to 1. */
export const fitShare = ({ total, kinds }: GroundTally): number => {
  const analysed = total - kinds.unfocused;
  return analysed === 0 ? 1 : 1 - (kinds.thick + kinds.thin) / analysed;
};

/** What is not counted; the share is of all squares that were looked at, those only seen out of focus too. */
export const excludedGroundOf = ({ tally, sidePx }: GroundMap, umPerPx: number, cells: number): ExcludedGround => {
  const { total, kinds } = tally;
  const squareUm2 = (sidePx * umPerPx) ** 2;
  return {
    share: total === 0 ? 0 : (kinds.thick + kinds.thin + kinds.unfocused) / total,
    thickUm2: kinds.thick * squareUm2,
    thinUm2: kinds.thin * squareUm2,
    unfocusedUm2: kinds.unfocused * squareUm2,
    cells,
  };
};

/** Unfit ground in a field, in pixels within it, and the reason that stands for most of the field; empty where none does. */
export const unfitIn = (
  ground: GroundMap,
  island: number,
  field: Box,
): { readonly ground: NonNullable<FieldReport['ground']>; readonly reason: string } => {
  const inField = ground.within(island, field).flatMap(({ box, kind }) => {
    const shown = intersectBoxes(box, field);
    return shown === undefined || kind === undefined ? [] : [{ kind, box: translateBox(shown, { x: -field[0], y: -field[1] }) }];
  });
  const areaOf = (kind: GroundKind): number => inField.reduce((sum, one) => sum + (one.kind === kind ? boxArea(one.box) : 0), 0);
  const worst = areaOf('thick') >= areaOf('thin') ? 'thick' : 'thin';
  return {
    ground: inField.map(({ kind, box }) => ({ kind, box: [...box] as [number, number, number, number] })),
    reason: areaOf(worst) > boxArea(field) / 2 ? UNFIT_WORDS[worst] : '',
  };
};
