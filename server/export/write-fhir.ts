import { createHash } from 'node:crypto';
import type { Signature } from '../../domain/review.ts';
import { RED_CELLS, redCellFigures, sizesByClass } from './cell-sizes.ts';
import type { ExportFormat } from './export-format.ts';
import { type ExportSource, readingText } from './export-source.ts';
import { type Figure, figuresOf, HIGH, LOCAL_SYSTEM, LOINC, LOW, type LocalTerm, observationOf } from './fhir-observations.ts';
import { SMEAR_TERM } from './loinc-codes.ts';

/** Of sessions, as of our own codes: a name that leads nowhere. */
const SESSION_SYSTEM = 'urn:uuid:5b0c6a4e-9d0f-4c55-8a5e-6f2d1c7e9a02';

type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string };
type Entry = { readonly fullUrl: string; readonly resource: Resource };

/** FHIR's strings hold no control characters, and are not empty. */
const text = (value: string): string =>
  value
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim() || '–';

const instant = (ms: number): string => new Date(ms).toISOString();

/** The same part of the same session under the same reading and version has the same name in every export. */
const namer =
  ({ facts, reading, review }: ExportSource) =>
  (part: string): string => {
    const hex = createHash('sha256')
      .update([facts.id, reading, review?.version ?? 0, review?.head ?? 0, part].join('/'))
      .digest('hex');
    return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };

/** `final` once the version is signed, `amended` where an earlier one had been. */
const statusOf = ({ review }: ExportSource): 'final' | 'amended' | 'preliminary' =>
  review?.locked !== true ? 'preliminary' : review.version > 1 ? 'amended' : 'final';

const personOf = (name: string): Resource => ({ resourceType: 'Practitioner', name: [{ text: text(name) }] });

const deviceOf = ({ facts, program }: ExportSource): Resource => ({
  resourceType: 'Device',
  deviceName: [{ name: 'Smearscope', type: 'other' }],
  version: [
    { type: { text: 'program that wrote this' }, value: text(program) },
    { type: { text: 'program that counted' }, value: text(facts.program) },
    { type: { text: 'model' }, value: text(`${facts.model.name} ${facts.model.version}`) },
  ],
  ...(facts.calibration === undefined ? {} : { note: [{ text: text(`Calibration profile ${facts.calibration}`) }] }),
});

const specimenOf = ({ facts }: ExportSource): Resource => ({
  resourceType: 'Specimen',
  ...(facts.specimenId === undefined ? {} : { identifier: [{ value: text(facts.specimenId) }] }),
  type: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0487', code: 'BLD', display: 'Whole blood' }],
    text: facts.specimen === 'smear' ? 'Stained blood smear' : 'Blood cells in flow',
  },
});

const codesOf = (figures: readonly Figure[], now: number): Resource => {
  const own = figures.flatMap(({ coding, definition }): LocalTerm[] =>
    definition === undefined ? [] : [{ code: coding.code, display: text(coding.display), definition: text(definition) }],
  );
  return {
    resourceType: 'CodeSystem',
    url: LOCAL_SYSTEM,
    name: 'SmearscopeMeasures',
    title: 'Measures of Smearscope that LOINC has no term for',
    status: 'active',
    experimental: false,
    date: instant(now),
    content: 'complete',
    caseSensitive: true,
    concept: [LOW, HIGH, ...own],
  };
};

const signedText = ({ by, role, version, at, sha256 }: Signature): string =>
  text(`Version ${version} signed by ${by} (${role}) at ${instant(at)}, SHA-256 ${sha256}`);

const conclusionOf = (source: ExportSource): string => {
  const { counts, review } = source;
  const cells = Object.entries(counts).map(([name, n]) => `${n} ${name}`);
  const signed = review?.signatures.filter(({ version }) => version === review.version).map(signedText) ?? [];
  return text(
    [`Cells ${readingText(source)}: ${cells.join(', ')}.`, ...signed, 'Figures are of the part of the slide that was looked at.'].join(' '),
  );
};

const bundleOf = (source: ExportSource): object => {
  const { facts, review, now } = source;
  const name = namer(source);
  const refer = (part: string) => ({ reference: name(part) });
  const figures = figuresOf(source.counts, source.concentrations, redCellFigures(sizesByClass(source).get(RED_CELLS)));
  const signers = [...new Set(review?.signatures.filter(({ version }) => version === review.version).map(({ by }) => by))];
  const shared = {
    status: statusOf(source),
    effectiveDateTime: instant(facts.startedAt),
    issued: instant(now),
    specimen: refer('specimen'),
    device: refer('device'),
    ...(facts.operator === undefined ? {} : { performer: [refer('operator')] }),
  };
  const { device: _device, ...ofReport } = shared;
  const report: Resource = {
    resourceType: 'DiagnosticReport',
    identifier: [{ system: SESSION_SYSTEM, value: facts.id }],
    ...ofReport,
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'HM', display: 'Hematology' }] }],
    code: { coding: [{ system: LOINC, ...SMEAR_TERM }], text: 'Cells counted on a blood smear' },
    specimen: [shared.specimen],
    ...(signers.length === 0 ? {} : { resultsInterpreter: signers.map((_, i) => refer(`signer ${i}`)) }),
    result: figures.map((_, i) => refer(`figure ${i}`)),
    conclusion: conclusionOf(source),
  };
  const entries: [string, Resource][] = [
    ['report', report],
    ...figures.map((figure, i): [string, Resource] => [`figure ${i}`, observationOf(figure, shared) as Resource]),
    ['specimen', specimenOf(source)],
    ['device', deviceOf(source)],
    ...(facts.operator === undefined ? [] : [['operator', personOf(facts.operator)] as [string, Resource]]),
    ...signers.map((by, i): [string, Resource] => [`signer ${i}`, personOf(by)]),
    ['codes', codesOf(figures, now)],
  ];
  return {
    resourceType: 'Bundle',
    identifier: { system: SESSION_SYSTEM, value: `${facts.id}/${source.reading}/${review?.version ?? 0}` },
    type: 'collection',
    timestamp: instant(now),
    entry: entries.map(([part, resource]): Entry => ({ fullUrl: name(part), resource })),
  };
};

/**
 * A Bundle of HL7 FHIR R4 with a DiagnosticReport and an Observation for each figure. LOINC codes stand where LOINC has a term for what was measured, units are
 * UCUM; a number of cells on a slide has none, so it has a code of our own, explained in the bundle. There is no patient: nothing here knows one.
 */
export const fhirExport: ExportFormat = {
  format: 'fhir',
  label: 'HL7 FHIR R4',
  extension: 'fhir.json',
  mediaType: 'application/fhir+json',
  purpose: 'A DiagnosticReport with its Observations, for a laboratory information system.',
  flow: true,
  kind: 'text',
  chunks: (source) => [`${JSON.stringify(bundleOf(source), undefined, 1)}\n`],
};
