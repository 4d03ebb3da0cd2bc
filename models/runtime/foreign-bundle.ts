import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BundleCard } from '../../domain/bundle-card.ts';
import { FaultError } from '../../domain/fault.ts';
import type { ForeignCard } from '../../domain/foreign-card.ts';
import type { DetectorFormat } from './detector-format.ts';
import { readOnnxGraph } from './graph/read-onnx-graph.ts';
import { recogniseFormat } from './recognise-format.ts';

/** A detector from elsewhere without a card of its own: what published ones are usually served with. */
const SCORE = 0.25;
const NMS_IOU = 0.6;
/** The largest white cell: what tiles must share. */
const OVERLAP_UM = 18.4;
const LEAST_TILE_PX = 64;

/**
 * The full card of a detector made elsewhere, and how it is served. `networkPath` is its ONNX file, `name` what it is called without a name
 * in its card. Faults: `bundle` where it is no detector of a known layout.
 */
export const describeForeign = async (
  card: ForeignCard,
  networkPath: string,
  name: string,
): Promise<{ readonly card: BundleCard; readonly format: DetectorFormat }> => {
  const graph = await readOnnxGraph(networkPath);
  const wrong = (what: string): FaultError =>
    new FaultError({
      kind: 'bundle',
      bundle: networkPath,
      what,
      remedy: 'give YOLOX, YOLOv5, YOLOv8/11 or RT-DETR exported to ONNX, its classes all in card.json',
    });
  const recognised = recogniseFormat(graph, card);
  if (typeof recognised === 'string') throw wrong(recognised);
  const { format, multipleOf, tilePx } = recognised;
  if (tilePx < LEAST_TILE_PX) throw wrong(`an input of ${tilePx} px is too small for cells`);
  const classes = card.classes.length;
  const score = card.thresholds?.score ?? SCORE;
  if (Array.isArray(score) && score.length !== classes) throw wrong(`${score.length} score thresholds for ${classes} classes`);
  const { size, mtime } = await stat(networkPath);
  const parameters = [...graph.constants.values()].reduce((sum, { values }) => sum + values.length, 0);
  return {
    format,
    card: {
      schema: 'smearscope.bundle/1',
      name: card.name ?? name,
      version: card.version ?? '0',
      task: 'detect',
      architecture: `from elsewhere, ${format.layout}`,
      classes: card.classes,
      umPerPx: card.umPerPx,
      input: {
        layout: 'NHWC',
        type: 'uint8',
        multipleOf,
        tilePx,
        overlapPx: Math.min(card.overlapPx ?? Math.ceil(OVERLAP_UM / card.umPerPx), Math.floor(tilePx / 2)),
      },
      thresholds: {
        score: Array.isArray(score) ? score : new Array<number>(classes).fill(score),
        nmsIou: card.thresholds?.nmsIou ?? NMS_IOU,
      },
      parameters: Math.max(1, parameters),
      metrics: [],
      training: { command: 'unknown', commit: 'unknown', seed: 0, backend: 'unknown', finishedAt: mtime.toISOString(), data: [] },
      licence: card.licence ?? 'unknown',
      researchOnly: card.researchOnly ?? false,
      files: card.files ?? [{ path: basename(networkPath), sha256: '0'.repeat(64), bytes: size }],
    },
  };
};
