import { type CellDrawing, packOutline } from '../../domain/cell-drawing.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import { seededRandom } from '../../domain/random.ts';
import type { MapCell, MapKeyframe } from '../../domain/wire.ts';
import type { MapNews } from '../camera/camera-messages.ts';
import type { SessionBatch } from '../sessions/session-batch.ts';
import type { StoredCrop } from '../sessions/session-writer.ts';
import { standFacts } from './stand-facts.ts';

/** How much a page is given to show. */
export type StandSize = { readonly crops: number; readonly boxes: number; readonly keyframes: number; readonly cells: number };

const WIDTH_PX = 1280;
const HEIGHT_PX = 720;
/** A new keyframe is made when a third of the field is new. */
const STEP_SHARE = 0.66;
const DRAWINGS_IN_MESSAGE = 10_000;
const SIZES_PX = [100, 190, 36] as const;

/** One in twenty is a white cell, one in twelve a platelet. */
const classOf = (i: number): 0 | 1 | 2 => (i % 20 === 7 ? 1 : i % 12 === 5 ? 2 : 0);

/** A slide of fields in rows, with cells strewn over it. */
export const largeSlide = ({ keyframes: count, cells: most }: StandSize, pictures: readonly Uint8Array[]): MapNews => {
  const random = seededRandom(11);
  const columns = Math.ceil(Math.sqrt(count * (HEIGHT_PX / WIDTH_PX) * 1.6));
  const [stepX, stepY] = [WIDTH_PX * STEP_SHARE, HEIGHT_PX * STEP_SHARE];
  const keyframes = Array.from({ length: count }, (_, i): MapKeyframe => {
    const place = { x: Math.round((i % columns) * stepX), y: Math.round(Math.floor(i / columns) * stepY) };
    return { id: i + 1, island: 1, ...place, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, picture: pictures[i % pictures.length]! };
  });
  const [width, height] = [columns * stepX, Math.ceil(count / columns) * stepY];
  const cells = Array.from({ length: most }, (_, i): MapCell => {
    const classIndex = classOf(i);
    const side = Math.round(SIZES_PX[classIndex] * (0.85 + 0.3 * random.next()));
    const state = i % 50 === 0 ? 'waiting' : i % 30 === 0 ? 'excluded' : 'counted';
    const score = Math.round(30 + 70 * random.next()) / 100;
    const place = { x: Math.round(random.next() * width), y: Math.round(random.next() * height) };
    return { id: i + 1, island: 1, classIndex, ...place, widthPx: side, heightPx: side, score, state };
  });
  const tiles = keyframes.map(({ id }) => ({ keyframe: id, box: [0, 0, WIDTH_PX, HEIGHT_PX] as [number, number, number, number] }));
  return { type: 'map', whole: true, keyframes, cells, removedCells: [], looked: { whole: true, tiles } };
};

/** A session with as many cells, each with a crop. */
export const largeSession = (
  count: number,
  id: string,
  pictures: readonly Uint8Array[],
): { batch: Omit<SessionBatch, 'crops'>; crops: StoredCrop[] } => {
  const random = seededRandom(12);
  const cells = Array.from({ length: count }, (_, i): SessionBatch['cells'][number] => {
    const classIndex = classOf(i);
    const side = SIZES_PX[classIndex] * (0.85 + 0.3 * random.next());
    const [x, y] = [random.next() * 50_000, random.next() * 30_000];
    return {
      id: i + 1,
      classIndex,
      score: 0.3 + 0.7 * random.next(),
      state: 'counted',
      island: 1,
      box: [x, y, x + side, y + side],
      sightings: 3,
      firstSeenMs: i * 40,
      lastSeenMs: i * 40 + 300,
    };
  });
  return {
    batch: {
      facts: standFacts(id, 'simulate:?seed=1'),
      frames: [],
      sightings: [],
      cells,
      ledger: [],
      events: [],
      keyframes: [],
      videos: [],
      videoFrames: [],
    },
    crops: cells.map(({ id: cell }, i) => ({
      cell,
      frame: i,
      quality: 1,
      x0: 0,
      y0: 0,
      widthPx: 160,
      heightPx: 156,
      jpeg: pictures[i % pictures.length]!,
    })),
  };
};

/** Boxes of the live picture have ids of their own: they are not the slide's. */
const FIRST_BOX_ID = 1_000_001;

/** A cell as wide as its box: a bulging ring, of white cells with a nucleus. */
const madeDrawing = (side: number, seed: number, nucleated: boolean): CellDrawing => {
  const ring = (share: number, corners: number): number[] =>
    Array.from({ length: corners }, (_, i) => {
      const turn = (2 * Math.PI * i) / corners;
      const radius = (side / 2) * share * (0.92 + 0.08 * Math.sin(3 * turn + seed));
      return [side / 2 + radius * Math.cos(turn), side / 2 + radius * Math.sin(turn)];
    }).flat();
  const corner = { x: 0, y: 0 };
  return { outline: packOutline(ring(1, 28), corner), ...(nucleated && { nucleus: packOutline(ring(0.6, 20), corner) }) };
};

/** Drawings of all cells of the slide and of the live picture, some messages full of them. */
export const slideDrawings = ({ boxes }: StandSize, { cells }: MapNews): MapNews[] => {
  const ofSlide = cells.map(({ id, widthPx, classIndex }) => ({ id, ...madeDrawing(widthPx, id, classIndex === 1) }));
  const side = WIDTH_PX / fieldColumns(boxes);
  const ofField = Array.from({ length: boxes }, (_, i) => ({ id: FIRST_BOX_ID + i, ...madeDrawing(side * 0.8, i, classOf(i) === 1) }));
  const all = [...ofField, ...ofSlide];
  return Array.from({ length: Math.ceil(all.length / DRAWINGS_IN_MESSAGE) }, (_, i) => ({
    ...{ type: 'map', whole: false, keyframes: [], cells: [], removedCells: [] },
    drawn: all.slice(i * DRAWINGS_IN_MESSAGE, (i + 1) * DRAWINGS_IN_MESSAGE),
  }));
};

const fieldColumns = (boxes: number): number => Math.ceil(Math.sqrt(boxes * (WIDTH_PX / HEIGHT_PX)));

/** What is said of a field that is full of cells; they drift, so that every frame is another. */
export const fullReport = ({ boxes }: StandSize, frame: number, frameMs: number): FieldReport => {
  const columns = fieldColumns(boxes);
  const side = WIDTH_PX / columns;
  const drift = frame % 30;
  return {
    frameId: frame,
    capturedAtMs: frame * frameMs,
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    state: 'sharp',
    reason: '',
    placement: { island: 1, x: 2000 + frame, y: 1500, confidence: 1 },
    sharpness: 1,
    boxes: Array.from({ length: boxes }, (_, i) => {
      const [x, y] = [(i % columns) * side + drift, Math.floor(i / columns) * side];
      return {
        id: FIRST_BOX_ID + i,
        classIndex: classOf(i),
        score: 0.9,
        box: [x, y, x + side * 0.8, y + side * 0.8],
        state: i % 20 === 0 ? 'waiting' : 'counted',
      };
    }),
    counts: [boxes, 0, 0],
    frames: { decoded: frame, registered: frame, inferred: 0, rejected: {}, dropped: {} },
    slide: { islands: 1, keyframes: 1, areaUm2: 1e6 },
    stageMs: {},
  };
};
