import { FaultError } from '../../domain/fault.ts';
import type { ExportFormat } from './export-format.ts';
import { countsExport, csvExport } from './write-csv.ts';
import { fhirExport } from './write-fhir.ts';
import { fieldExports } from './write-fields.ts';
import { geojsonExport } from './write-geojson.ts';
import { labelsExport } from './write-labels.ts';
import { motExport } from './write-mot.ts';
import { omeTiffExport } from './write-ome-tiff.ts';
import { pdfExport } from './write-pdf.ts';

/** The one list of formats: command, routes and the page's menu take it from here. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [
  pdfExport,
  fhirExport,
  countsExport,
  csvExport,
  geojsonExport,
  omeTiffExport,
  ...fieldExports,
  labelsExport,
  motExport,
];

/** Throws a `usage` fault that names the formats. */
export const exportFormatOf = (name: string): ExportFormat => {
  const found = EXPORT_FORMATS.find(({ format }) => format === name);
  if (found !== undefined) return found;
  throw new FaultError({
    kind: 'usage',
    what: `there is no export "${name.slice(0, 40)}"`,
    remedy: `choose ${EXPORT_FORMATS.map(({ format }) => format).join(', ')}`,
  });
};
