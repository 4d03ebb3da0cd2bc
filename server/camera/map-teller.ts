import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { GroundMark } from '../../domain/ground.ts';
import type { MapCell, MapKeyframe } from '../../domain/wire.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import type { JpegEncoder } from '../ingest/jpeg-encoder.ts';
import type { MapNews } from './camera-messages.ts';
import { createDrawnTeller } from './drawn-teller.ts';
import { createLookedTeller } from './looked-teller.ts';
import type { NewsChannel } from './news-channel.ts';
import { sameMapCell, toMapCell } from './to-map-cell.ts';

/** Tells the server what is new on the slide map. */
export type MapTeller = {
  /** Borrows the frame; where it became a keyframe its small picture is told too. */
  see(frame: Frame, report: FieldReport): void;
  /** Tells what changed since the last time; nothing when nothing did. */
  tell(): void;
  /** The map was cleared. */
  clear(): void;
};

/** A keyframe that moved by less is where it was told to be. */
const MOVED_PX = 1;

type Size = { readonly widthPx: number; readonly heightPx: number };

export const createMapTeller = (counter: SmearCounter, encoder: JpegEncoder, channel: NewsChannel): MapTeller => {
  const sizes = new Map<number, Size>();
  const toldKeyframes = new Map<number, { readonly island: number; readonly x: number; readonly y: number }>();
  const toldCells = new Map<number, MapCell>();
  const pictures = new Map<number, Uint8Array>();
  const looked = createLookedTeller();
  const outlines = createDrawnTeller();
  let version = -1;
  let cellVersion = -1;
  let groundVersion = 0;
  let era = 0;

  const newGround = (): { ground: GroundMark[] } | undefined => {
    if (counter.groundVersion === groundVersion) return undefined;
    groundVersion = counter.groundVersion;
    return {
      ground: counter.unfitGround.flatMap(({ island, box: [x, y, right], kind }) =>
        kind === undefined ? [] : [{ kind, island, x, y, sidePx: right - x }],
      ),
    };
  };

  const newKeyframes = (): MapKeyframe[] =>
    counter.keyframes.flatMap(({ id, island, x, y, picture: packed }) => {
      const told = toldKeyframes.get(id);
      const picture = pictures.get(id);
      // One from a saved map was not seen here: its size is that of its packed picture.
      const size = sizes.get(id) ?? { widthPx: packed.width * packed.factor, heightPx: packed.height * packed.factor };
      const moved = told === undefined || told.island !== island || Math.max(Math.abs(told.x - x), Math.abs(told.y - y)) >= MOVED_PX;
      if (!moved && picture === undefined) return [];
      toldKeyframes.set(id, { island, x, y });
      return [{ id, island, x, y, ...size, ...(picture === undefined ? {} : { picture }) }];
    });

  const newCells = (): Pick<MapNews, 'cells' | 'removedCells'> => {
    const cells: MapCell[] = [];
    const removedCells: number[] = [];
    for (const cell of counter.cells) {
      if (cell.changed <= cellVersion) continue;
      const now = toMapCell(cell, counter.placeOf(cell));
      if (now === undefined) {
        if (toldCells.delete(cell.id)) removedCells.push(cell.id);
        continue;
      }
      const told = toldCells.get(cell.id);
      if (told !== undefined && sameMapCell(told, now)) continue;
      toldCells.set(cell.id, now);
      cells.push(now);
    }
    cellVersion = counter.cellVersion;
    return { cells, removedCells };
  };

  return {
    see: (frame, { keyframe }) => {
      if (keyframe === undefined) return;
      sizes.set(keyframe, { widthPx: frame.widthPx, heightPx: frame.heightPx });
      const begun = era;
      const shown = frame.retain();
      encoder
        .encode(shown)
        .then((picture) => {
          if (begun === era) pictures.set(keyframe, picture);
        })
        // The map is shown without this picture; its place is told all the same.
        .catch(() => {})
        .finally(() => shown[Symbol.dispose]());
    },
    tell: () => {
      if (counter.version === version && pictures.size === 0 && looked.settled && outlines.settled) return;
      version = counter.version;
      const keyframes = newKeyframes();
      const { cells, removedCells } = newCells();
      const ground = newGround();
      const drawn = outlines.news(counter.drawings, (id) => toldCells.has(id));
      const tiles = looked.news(counter.looked);
      pictures.clear();
      if (keyframes.length + cells.length + removedCells.length + drawn.length === 0 && ground === undefined && tiles === undefined) return;
      channel.tell({
        type: 'map',
        whole: false,
        keyframes,
        cells,
        removedCells,
        ...(drawn.length > 0 && { drawn }),
        ...ground,
        ...(tiles && { looked: tiles }),
      });
    },
    clear: () => {
      era++;
      sizes.clear();
      toldKeyframes.clear();
      toldCells.clear();
      pictures.clear();
      looked.clear();
      outlines.clear(counter.drawings);
      version = -1;
      cellVersion = counter.cellVersion;
      channel.tell({ type: 'map', whole: true, keyframes: [], cells: [], removedCells: [] });
    },
  };
};
