import { createHash } from 'node:crypto';
import type { CellRecord } from '../../domain/cell-record.ts';
import { classColour } from '../../domain/class-colours.ts';
import { moveOutline, type Outline } from '../../domain/outline.ts';
import { nucleusOf, outlineOf, shapeOfCell } from './drawn-cell.ts';
import type { ExportFormat } from './export-format.ts';
import { type ExportSource, readingText } from './export-source.ts';
import { simplePolygon } from './simple-polygon.ts';
import { type LaidIsland, layOutSlide, type SlideLayout } from './slide-layout.ts';

const rgbOf = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** The same cell of the same session has the same id in every export (RFC 9562, version 8: of our own making). */
const uuidOf = (session: string, cell: number): string => {
  const hex = createHash('sha256').update(`${session}/${cell}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const round = (value: number): number => Math.round(value * 100) / 100;

type Polygon = { readonly type: 'Polygon'; readonly coordinates: readonly (readonly (readonly number[])[])[] };

/** An outline on its island as a polygon of the stitched picture; its first corner closes it. */
const polygonOf = (outline: Outline, { dx, dy }: LaidIsland): Polygon | undefined => {
  const simple = simplePolygon(moveOutline(outline, 1, { x: dx, y: dy }));
  if (simple === undefined) return undefined;
  const corners = Array.from({ length: simple.length / 2 }, (_, i) => [simple[2 * i]!, simple[2 * i + 1]!]);
  return { type: 'Polygon', coordinates: [[...corners, corners[0]!]] };
};

/** Measures of a drawn cell under names that QuPath's own have, as far as it has them. */
const measuresOf = (cell: CellRecord, umPerPx: number | undefined): Record<string, number> => {
  const shape = shapeOfCell(cell, umPerPx);
  if (shape === undefined) return {};
  const { areaUm2, perimeterUm, diameterUm, circularity, eccentricity, pallor, nucleusShare } = shape;
  const scaled = umPerPx === undefined ? {} : { 'Area µm^2': areaUm2, 'Perimeter µm': perimeterUm, 'Diameter µm': diameterUm };
  const all = {
    ...scaled,
    Circularity: circularity,
    Eccentricity: eccentricity,
    'Central pallor': pallor,
    'Nucleus/Cell area ratio': nucleusShare,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value.toPrecision(5))]])),
  );
};

const boxPolygon = ({ box }: CellRecord, { dx, dy }: LaidIsland): Polygon => {
  const [x0, y0, x1, y1] = [round(box[0] + dx), round(box[1] + dy), round(box[2] + dx), round(box[3] + dy)];
  return {
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
  };
};

const featureOf = (cell: CellRecord, { facts }: ExportSource, layout: SlideLayout): object | undefined => {
  const laid = layout.islands.get(cell.island);
  if (laid === undefined) return undefined;
  const drawn = outlineOf(cell);
  const nucleus = nucleusOf(cell);
  const polygon = drawn && polygonOf(drawn, laid);
  const nucleusPolygon = nucleus && polygon && polygonOf(nucleus, laid);
  const scaled = facts.umPerPx === undefined ? {} : { 'Width µm': cell.widthUm, 'Height µm': cell.heightUm };
  return {
    type: 'Feature',
    id: uuidOf(facts.id, cell.id),
    geometry: polygon ?? boxPolygon(cell, laid),
    ...(nucleusPolygon === undefined ? {} : { nucleusGeometry: nucleusPolygon }),
    properties: {
      objectType: polygon === undefined ? 'detection' : 'cell',
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
        ...(polygon === undefined ? {} : measuresOf(cell, facts.umPerPx)),
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
 * A GeoJSON FeatureCollection with QuPath's members, in pixels of the OME-TIFF export. What the model drew are QuPath's cells, a nucleus within those
 * that have one, with their measures; of others the box is known, and they are detections.
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
