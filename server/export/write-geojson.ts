import { createHash } from 'node:crypto';
import type { CellRecord } from '../../domain/cell-record.ts';
import { classColour } from '../../domain/class-colours.ts';
import type { ExportFormat } from './export-format.ts';
import { type ExportSource, readingText } from './export-source.ts';
import { layOutSlide, type SlideLayout } from './slide-layout.ts';

const rgbOf = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** The same cell of the same session has the same id in every export (RFC 9562, version 8: of our own making). */
const uuidOf = (session: string, cell: number): string => {
  const hex = createHash('sha256').update(`${session}/${cell}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const round = (value: number): number => Math.round(value * 100) / 100;

const featureOf = (cell: CellRecord, { facts }: ExportSource, layout: SlideLayout): object | undefined => {
  const laid = layout.islands.get(cell.island);
  if (laid === undefined) return undefined;
  const [x0, x1] = [cell.box[0], cell.box[2]].map((x) => round(x + laid.dx)) as [number, number];
  const [y0, y1] = [cell.box[1], cell.box[3]].map((y) => round(y + laid.dy)) as [number, number];
  const scaled = facts.umPerPx === undefined ? {} : { 'Width µm': cell.widthUm, 'Height µm': cell.heightUm };
  return {
    type: 'Feature',
    id: uuidOf(facts.id, cell.id),
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x0, y0],
          [x1, y0],
          [x1, y1],
          [x0, y1],
          [x0, y0],
        ],
      ],
    },
    properties: {
      objectType: 'detection',
      name: String(cell.id),
      classification: { name: cell.class, color: rgbOf(classColour(cell.classIndex)) },
      measurements: {
        Cell: cell.id,
        Island: cell.island,
        Score: Number(cell.score.toFixed(4)),
        Counted: cell.state === 'counted' ? 1 : 0,
        Uncertain: cell.uncertain === true ? 1 : 0,
        Sightings: cell.sightings,
        ...scaled,
      },
      ...(cell.correction === undefined ? {} : { metadata: { correction: cell.correction, ...(cell.was ? { was: cell.was } : {}) } }),
    },
  };
};

function* geojsonText(source: ExportSource): Generator<string> {
  const layout = layOutSlide(source.keyframes);
  const about = {
    session: source.facts.id,
    cells: readingText(source),
    picture: { widthPx: layout.widthPx, heightPx: layout.heightPx, umPerPx: source.facts.umPerPx },
    islands: [...layout.islands.values()].map(({ island, box }) => ({ island, box })),
  };
  yield `{"type":"FeatureCollection","smearscope":${JSON.stringify(about)},"features":[`;
  let separator = '\n';
  for (const cell of source.cells()) {
    const feature = featureOf(cell, source, layout);
    if (feature === undefined) continue;
    yield `${separator}${JSON.stringify(feature)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/**
 * Cells as QuPath's detections (a GeoJSON FeatureCollection with QuPath's members), in pixels of the OME-TIFF export. What is known of a cell is its
 * box, so that is its polygon.
 */
export const geojsonExport: ExportFormat = {
  format: 'geojson',
  label: 'QuPath GeoJSON',
  extension: 'geojson',
  mediaType: 'application/geo+json',
  purpose: 'Cells as classified polygons on the stitched slide, to open in QuPath over the OME-TIFF.',
  flow: false,
  kind: 'text',
  chunks: geojsonText,
};
