/** What is told apart in composed pictures, with the colours usual for it; the index is the value in class masks, and the last one is no cell. */
export const CELL_KINDS = [
  { name: 'eosinophil', colour: [0, 255, 255] },
  { name: 'basophil', colour: [0, 128, 128] },
  { name: 'neutrophil', colour: [255, 192, 203] },
  { name: 'lymphocyte', colour: [128, 128, 0] },
  { name: 'monocyte', colour: [0, 0, 128] },
  { name: 'thrombocyte', colour: [255, 255, 0] },
  { name: 'platelet clump', colour: [255, 0, 255] },
  { name: 'infected red cell', colour: [255, 0, 0] },
  { name: 'healthy red cell', colour: [0, 128, 0] },
  { name: 'background', colour: [0, 0, 0] },
] as const;

export const WHITE_KINDS = 5;
export const THROMBOCYTE = 5;
export const PLATELET_CLUMP = 6;
export const INFECTED = 7;
export const HEALTHY = 8;
export const BACKGROUND = 9;

/** Names of the kinds that have cut-outs, as folders are called. */
export const KIND_FOLDERS: readonly string[] = CELL_KINDS.slice(0, BACKGROUND).map(({ name }) => name.replaceAll(' ', '-'));

export const SPLITS = ['train', 'validate', 'test'] as const;
export type SplitName = (typeof SPLITS)[number];
