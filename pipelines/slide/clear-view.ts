import type { Detection, Tile } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, iou, overlapArea } from '../../domain/geometry.ts';
import type { Engine } from '../../models/engine.ts';
import { createFramePool } from '../frame-pool.ts';
import type { Sighted } from './cell.ts';
import { cleanFrame, copyFrame } from './clean-frame.ts';
import type { GreyImage } from './grey-image.ts';
import { createSensorShade, type Shade } from './sensor-shade.ts';

/** A field that the network looked at before the shade was known. Holds a copy of the frame. */
type EarlyLook = { readonly frame: Frame; readonly tiles: readonly Tile[]; readonly sighted: readonly Sighted[] };

export type ClearView = {
  /** Learns from a sharp field that lies at (x, y) of an island; `sensor` is what registration leaves out of pictures. Borrows the frame. */
  see(frame: Frame, place: { readonly island: number; readonly x: number; readonly y: number }, sensor: GreyImage | undefined): void;
  /** What the network finds in the tiles with the shade taken out, as far as it is known. Borrows the frame. */
  detect(frame: Frame, tiles: readonly Tile[], signal?: AbortSignal): Promise<readonly (readonly Detection[])[]>;
  /** Remembers what was found in a frame while the shade is unknown. Borrows the frame. */
  remember(frame: Frame, tiles: readonly Tile[], sighted: readonly Sighted[]): void;
  /** Once, when the shade has become known: cells that are not found any more where they were, and how many of their sightings that takes. */
  lookAgain(signal?: AbortSignal): Promise<Map<number, number>>;
  /** Whether `lookAgain` has something to do. */
  readonly isDue: boolean;
  /** What is known to lie on the sensor. */
  readonly shade: Shade | undefined;
  /** Takes over what another view learnt, in place of learning. */
  take(shade: Shade | undefined): void;
  reset(): void;
};

/** A little more than a red cell. */
const APART_UM = 8.5;
const MOST_LOOKS = 48;
const MOST_BYTES = 96 * 2 ** 20;
/** A sighting is looked at again where so much of it lies in the shade. */
const SHADED_SHARE = 0.2;
const SAME_IOU = 0.35;

const shadedShare = ({ factor, columns, spoilt }: Shade, spots: readonly Box[], box: Box): number => {
  if (!spots.some((spot) => overlapArea(spot, box) > 0)) return 0;
  let inside = 0;
  for (const i of spoilt) {
    const x = ((i % columns) + 0.5) * factor;
    const y = (Math.floor(i / columns) + 0.5) * factor;
    if (x >= box[0] && x < box[2] && y >= box[1] && y < box[3]) inside++;
  }
  return (inside * factor * factor) / Math.max(1, (box[2] - box[0]) * (box[3] - box[1]));
};

/** Looks at fields as they would be with a clean camera. Cells that dirt was taken for before it was known are looked at again, in copies of their frames. */
export const createClearView = (engine: Engine, umPerPx: number): ClearView => {
  const shader = createSensorShade(APART_UM / umPerPx);
  const scratch = createFramePool({ maxBuffers: 2 });
  const kept = createFramePool({ maxBuffers: MOST_LOOKS });
  let early: EarlyLook[] = [];
  let due = false;
  let given: { readonly shade: Shade | undefined } | undefined;
  const known = (): Shade | undefined => (given === undefined ? shader.shade : given.shade);

  const forget = (): void => {
    for (const { frame } of early) frame[Symbol.dispose]();
    early = [];
  };

  const detect: ClearView['detect'] = async (frame, tiles, signal) => {
    const shade = known();
    using clean = shade && cleanFrame(frame, shade, scratch);
    return await engine.detect(clean ?? frame, tiles, umPerPx, signal);
  };

  return {
    see: (frame, place, sensor) => {
      const before = known();
      if (shader.see(frame, place, sensor) && before === undefined) due = true;
    },
    detect,
    remember: (frame, tiles, sighted) => {
      const bytes = 1.5 * frame.widthPx * frame.heightPx;
      if (known() !== undefined || sighted.length === 0 || (early.length + 1) * bytes > MOST_BYTES) return;
      const copy = copyFrame(frame, kept);
      if (copy !== undefined) early.push({ frame: copy, tiles, sighted });
    },
    lookAgain: async (signal) => {
      const gone = new Map<number, number>();
      const shade = known();
      if (!due || shade === undefined) return gone;
      due = false;
      const looks = early;
      early = [];
      for (const { frame, tiles, sighted } of looks) {
        using shown = frame;
        const shaded = sighted.filter(({ box }) => shadedShare(shade, shade.spots, box) >= SHADED_SHARE);
        if (shaded.length === 0) continue;
        const again = tiles.filter((tile) => shaded.some(({ box }) => overlapArea(tile.box, box) > 0));
        const found = (await detect(shown, again, signal)).flat();
        for (const { cell, box } of shaded)
          if (!found.some((one) => iou(one.box, box) >= SAME_IOU)) gone.set(cell, (gone.get(cell) ?? 0) + 1);
      }
      return gone;
    },
    get isDue() {
      return due && known() !== undefined;
    },
    get shade() {
      return known();
    },
    take: (shade) => {
      if (shade !== undefined && known() === undefined) due = true;
      given = { shade };
    },
    reset: () => {
      forget();
      shader.reset();
      due = false;
    },
  };
};
