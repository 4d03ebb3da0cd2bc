/** A term of LOINC (loinc.org) by its long common name. */
export type LoincTerm = { readonly code: string; readonly display: string };

/** Of the report: looking a blood smear through, by light microscopy. */
export const SMEAR_TERM: LoincTerm = { code: '5909-7', display: 'Blood smear finding [Identifier] in Blood by Light microscopy' };

/**
 * Shares among white cells, by how models name the classes; no method, since neither "manual" nor "automated count" (an analyser's) is what is done here.
 * The terms are those of the panel for differentials of blood, 24318-8.
 */
const LEUKOCYTES: readonly (readonly [name: RegExp, code: string, what: string])[] = [
  [/^(band|stab|bandneutrophil|bandformneutrophil|neutrophilband)$/, '26508-2', 'Band form neutrophils'],
  [/^(seg|segmented|segmentedneutrophil|neutrophilsegmented|segneutrophil)$/, '26505-8', 'Segmented neutrophils'],
  [/^neutrophil$/, '26511-6', 'Neutrophils'],
  [/^eosinophil$/, '26450-7', 'Eosinophils'],
  [/^basophil$/, '30180-4', 'Basophils'],
  [/^lymphocyte$/, '26478-8', 'Lymphocytes'],
  [/^(variant|reactive|atypical)lymphocyte$/, '13046-8', 'Variant lymphocytes'],
  [/^monocyte$/, '26485-3', 'Monocytes'],
  [/^promonocyte$/, '30466-7', 'Promonocytes'],
  [/^promyelocyte$/, '26524-9', 'Promyelocytes'],
  [/^myelocyte$/, '26498-6', 'Myelocytes'],
  [/^metamyelocyte$/, '28541-1', 'Metamyelocytes'],
  [/^blast$/, '26446-5', 'Blasts'],
  [/^plasmacell$/, '13047-6', 'Plasma cells'],
];

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .replace(/s$/, '');

/** The term for a class's share among white cells; `undefined` where it is no kind of white cell that has one. */
export const leukocyteTerm = (name: string): LoincTerm | undefined => {
  const found = LEUKOCYTES.find(([pattern]) => pattern.test(plain(name)));
  return found === undefined ? undefined : { code: found[1], display: `${found[2]}/Leukocytes in Blood` };
};

/** White cells of whichever kind. */
export const isLeukocyte = (name: string): boolean =>
  /^(wbc|leukocyte|leucocyte|whitebloodcell|whitecell)$/.test(plain(name)) || leukocyteTerm(name) !== undefined;

/** For 100 white cells. */
export const NUCLEATED_RED_TERM: LoincTerm = { code: '19048-8', display: 'Nucleated erythrocytes/Leukocytes [Ratio] in Blood' };
export const isNucleatedRed = (name: string): boolean =>
  /^(nrbc|nucleatedrbc|nucleatedredcell|nucleatederythrocyte|erythroblast|normoblast)$/.test(plain(name));

/** Concentrations estimated from the cells in fields of a smear. */
const ESTIMATES: Readonly<Record<string, LoincTerm>> = {
  WBC: { code: '49498-9', display: 'Leukocytes [#/volume] in Blood by Estimate' },
  Platelets: { code: '49497-1', display: 'Platelets [#/volume] in Blood by Estimate' },
};
export const estimateTerm = (name: string): LoincTerm | undefined => ESTIMATES[name];
