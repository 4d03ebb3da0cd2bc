import { seededRandom } from '../../domain/random.ts';
import { HEALTHY, INFECTED, PLATELET_CLUMP, THROMBOCYTE, WHITE_KINDS } from './cell-kinds.ts';

/** The red cells of a background. */
export type BackgroundKind = 'healthy' | 'infected' | 'mixed';

/** The backgrounds that can be made of what there is. */
export const backgroundKinds = (kinds: ReadonlySet<number>): BackgroundKind[] => [
  ...(kinds.has(HEALTHY) ? (['healthy'] as const) : []),
  ...(kinds.has(INFECTED) ? (['infected'] as const) : []),
  ...(kinds.has(HEALTHY) && kinds.has(INFECTED) ? (['mixed'] as const) : []),
];

/** What can be added to a background: white cells, platelets, and clumps, which are laid of platelets where there are no cut-outs of them. */
export const addedKinds = (kinds: ReadonlySet<number>): number[] => [
  ...Array.from({ length: WHITE_KINDS }, (_, kind) => kind).filter((kind) => kinds.has(kind)),
  ...(kinds.has(THROMBOCYTE) ? [THROMBOCYTE] : []),
  ...(kinds.has(PLATELET_CLUMP) || kinds.has(THROMBOCYTE) ? [PLATELET_CLUMP] : []),
];

/** Every subset of the added kinds, in an order that the seed gives. */
export const combinations = (added: readonly number[], seed: number): number[][] =>
  seededRandom(seed).shuffled(Array.from({ length: 2 ** added.length }, (_, bits) => added.filter((_kind, i) => ((bits >> i) & 1) === 1)));
