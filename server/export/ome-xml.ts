import type { ExportSource } from './export-source.ts';
import { readingText } from './export-source.ts';
import type { SlideLayout } from './slide-layout.ts';
import { xmlText } from './xml-text.ts';

const SCHEMA = 'http://www.openmicroscopy.org/Schemas/OME/2016-06';

/** OME-XML (2016-06) of the stitched slide: its scale, and each island as a rectangle with its number. */
export const omeXml = (source: ExportSource, { widthPx, heightPx, islands }: SlideLayout): string => {
  const { facts, program } = source;
  const scale =
    facts.umPerPx === undefined
      ? ''
      : ` PhysicalSizeX="${facts.umPerPx}" PhysicalSizeXUnit="µm" PhysicalSizeY="${facts.umPerPx}" PhysicalSizeYUnit="µm"`;
  const laid = [...islands.values()];
  const name = [facts.specimenId, facts.id].filter(Boolean).join(' · ');
  const about = `Slide map stitched from ${source.keyframes.length} fields. ${laid.length === 1 ? 'It is one piece.' : `Its ${laid.length} pieces stand beside one another; how they lie to each other is not known.`} Cells: ${readingText(source)}.`;
  const person = facts.operator === undefined ? '' : `<Experimenter ID="Experimenter:0" UserName="${xmlText(facts.operator)}"/>`;
  const rois = laid.map(
    ({ island, box: [x0, y0, x1, y1] }, i) =>
      `<ROI ID="ROI:${i}"><Union><Rectangle ID="Shape:${i}:0" X="${x0}" Y="${y0}" Width="${x1 - x0}" Height="${y1 - y0}" Text="island ${island}"/></Union></ROI>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><OME xmlns="${SCHEMA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${SCHEMA} ${SCHEMA}/ome.xsd" Creator="Smearscope ${xmlText(program)}">${person}<Image ID="Image:0" Name="${xmlText(name)}"><AcquisitionDate>${new Date(facts.startedAt).toISOString().slice(0, 19)}</AcquisitionDate>${person === '' ? '' : '<ExperimenterRef ID="Experimenter:0"/>'}<Description>${xmlText(about)}</Description><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" SignificantBits="8" Interleaved="true" BigEndian="false" SizeX="${widthPx}" SizeY="${heightPx}" SizeC="3" SizeZ="1" SizeT="1"${scale}><Channel ID="Channel:0:0" SamplesPerPixel="3"/><TiffData IFD="0" PlaneCount="1"/></Pixels>${laid.map((_, i) => `<ROIRef ID="ROI:${i}"/>`).join('')}</Image>${rois.join('')}</OME>`;
};
