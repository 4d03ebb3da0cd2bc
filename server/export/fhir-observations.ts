import type { Concentration } from '../../domain/concentration.ts';
import { per100 } from '../../domain/differential.ts';
import { binomialInterval, poissonInterval } from '../../domain/statistics.ts';
import type { RedCellFigures } from './cell-sizes.ts';
import { estimateTerm, isLeukocyte, isNucleatedRed, type LoincTerm, leukocyteTerm, NUCLEATED_RED_TERM } from './loinc-codes.ts';

/** Codes of our own, for what LOINC has none: an identifier without a place on the net, which the CodeSystem in the bundle explains. */
export const LOCAL_SYSTEM = 'urn:uuid:5b0c6a4e-9d0f-4c55-8a5e-6f2d1c7e9a01';
export const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

export type LocalTerm = { readonly code: string; readonly display: string; readonly definition: string };
export type Coding = { readonly system: string; readonly code: string; readonly display: string };

/** One figure: its name, its value with the bounds of its 95 % interval, and how it was got. */
export type Figure = {
  readonly coding: Coding;
  /** Of our own code, its explanation. */
  readonly definition?: string;
  readonly text: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly ucum: string;
  readonly method: string;
  readonly note?: string;
};

export const LOW: LocalTerm = { code: 'interval-95-low', display: 'Lower bound', definition: 'Lower bound of the 95 % interval.' };
export const HIGH: LocalTerm = { code: 'interval-95-high', display: 'Upper bound', definition: 'Upper bound of the 95 % interval.' };

const slug = (name: string, index: number): string =>
  [index + 1, name.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '')].filter((part) => part !== '').join('-');
const local = ({ code, display, definition }: LocalTerm) => ({ coding: { system: LOCAL_SYSTEM, code, display }, definition });
const loinc = ({ code, display }: LoincTerm) => ({ coding: { system: LOINC, code, display } });
const short = (value: number): number => Number(value.toPrecision(6));

const countOf = (name: string, index: number, n: number): Figure => ({
  ...local({
    code: `counted-${slug(name, index)}`,
    display: `${name} counted`,
    definition: `Cells of class ${name} counted on the slide, each once.`,
  }),
  text: `${name} counted on the slide`,
  value: n,
  ...poissonInterval(n),
  unit: 'cells',
  ucum: '{cells}',
  method: 'Counted on the slide map; exact Poisson interval (Garwood)',
});

const shareOf = (name: string, index: number, n: number, total: number): Figure => {
  const { low, high } = binomialInterval(n, total);
  return {
    ...local({
      code: `share-${slug(name, index)}`,
      display: `${name} among all counted cells`,
      definition: `Share of class ${name} among all counted cells of the slide, of whichever class.`,
    }),
    text: `${name}, share of all counted cells`,
    value: (100 * n) / total,
    low: 100 * low,
    high: 100 * high,
    unit: '%',
    ucum: '%',
    method: 'Share among the counted cells; exact binomial interval (Clopper–Pearson)',
  };
};

const leukocyteShareOf = (term: LoincTerm, name: string, n: number, leukocytes: number): Figure => {
  const { low, high } = binomialInterval(n, leukocytes);
  return {
    ...loinc(term),
    text: `${name}, share of white cells`,
    value: (100 * n) / leukocytes,
    low: 100 * low,
    high: 100 * high,
    unit: '%',
    ucum: '%',
    method: `Differential of ${leukocytes} white cells; exact binomial interval (Clopper–Pearson)`,
  };
};

const estimateOf = ({ class: name, perUl, low, high, assumes }: Concentration): Figure[] => {
  const term = estimateTerm(name);
  return term === undefined
    ? []
    : [
        {
          ...loinc(term),
          text: `${name}, estimated from the smear`,
          value: perUl / 1000,
          low: low / 1000,
          high: high / 1000,
          unit: '10*3/uL',
          ucum: '10*3/uL',
          method: 'Cells in fields of a smear times a factor; the interval is that of counting alone',
          note: `An estimate. It assumes ${assumes}.`,
        },
      ];
};

/** LOINC has terms for the width of red cells' volumes as analysers measure them; these are of areas, and have none. */
const sizeFigures = ({ n, diameterUm, rdwPercent }: RedCellFigures): Figure[] => [
  {
    ...local({
      code: 'red-cell-diameter',
      display: 'Mean diameter of red cells',
      definition: 'Mean diameter of red cells of a dried smear, each taken as the circle of the area within its outline.',
    }),
    text: 'Red cells, mean diameter',
    ...diameterUm,
    ...{ unit: 'um', ucum: 'um', method: `Outlines of ${n} red cells; interval of the mean` },
  },
  {
    ...local({
      code: 'red-cell-area-width',
      display: 'Distribution width of red-cell areas',
      definition:
        'Coefficient of variation of the areas of red cells of a dried smear. It is not that of volumes, which analysers report as RDW.',
    }),
    text: 'Red cells, distribution width of areas',
    ...rdwPercent,
    ...{ unit: '%', ucum: '%', method: `Coefficient of variation over the outlines of ${n} red cells` },
    note: 'What the outlines are off by is in it.',
  },
];

/** Every figure that a report holds: counts, shares of all, the differential where the classes are kinds of white cells, estimated concentrations, and sizes of red cells. */
export const figuresOf = (
  counts: Readonly<Record<string, number>>,
  concentrations: readonly Concentration[],
  sizes?: RedCellFigures,
): Figure[] => {
  const classes = Object.entries(counts);
  const total = classes.reduce((sum, [, n]) => sum + n, 0);
  const leukocytes = classes.filter(([name]) => isLeukocyte(name)).reduce((sum, [, n]) => sum + n, 0);
  const figures = classes.flatMap(([name, n], index): Figure[] => {
    const term = leukocyteTerm(name);
    const nucleated = isNucleatedRed(name) ? per100(n, leukocytes) : undefined;
    return [
      countOf(name, index, n),
      ...(total === 0 ? [] : [shareOf(name, index, n, total)]),
      ...(term === undefined || leukocytes === 0 ? [] : [leukocyteShareOf(term, name, n, leukocytes)]),
      ...(nucleated === undefined || !Number.isFinite(nucleated.high)
        ? []
        : [
            {
              ...loinc(NUCLEATED_RED_TERM),
              ...{ text: `${name} for 100 white cells`, value: nucleated.per100, low: nucleated.low, high: nucleated.high },
              ...{ unit: 'per 100 WBCs', ucum: '/100{WBCs}', method: `Beside ${leukocytes} white cells; exact interval of the ratio` },
            },
          ]),
    ];
  });
  return [...figures, ...concentrations.flatMap(estimateOf), ...(sizes === undefined ? [] : sizeFigures(sizes))].map((figure) => ({
    ...figure,
    value: short(figure.value),
    low: short(figure.low),
    high: short(figure.high),
  }));
};

const quantity = (value: number, { unit, ucum }: Figure) => ({ value, unit, system: UCUM, code: ucum });
const bound = (term: LocalTerm, value: number, figure: Figure) => ({
  code: { coding: [{ system: LOCAL_SYSTEM, code: term.code, display: term.display }], text: `${term.display} of the 95 % interval` },
  valueQuantity: quantity(value, figure),
});

/** A figure as an Observation (FHIR R4), with what it shares with the others of its report. */
export const observationOf = (figure: Figure, shared: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  resourceType: 'Observation',
  ...shared,
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory', display: 'Laboratory' }] },
  ],
  code: { coding: [figure.coding], text: figure.text },
  valueQuantity: quantity(figure.value, figure),
  method: { text: figure.method },
  ...(figure.note === undefined ? {} : { note: [{ text: figure.note }] }),
  component: [bound(LOW, figure.low, figure), bound(HIGH, figure.high, figure)],
});
