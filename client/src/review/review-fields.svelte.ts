import type { CellRecord } from '../../../domain/cell-record.ts';
import type { RecordedKeyframe } from '../../../domain/recorded-keyframe.ts';
import type { RecordedFrame } from '../../../domain/recording.ts';
import type { ReviewApi } from './review-api.ts';

/** How much of a frame a field must cover for the frame to show that field. */
const LEAST_COVER = 0.5;

/** The fields of the slide map, which are marked as reviewed one by one. */
export class ReviewFields {
  keyframes: readonly RecordedKeyframe[] = $state.raw([]);
  readonly #api: ReviewApi;

  constructor(api: ReviewApi) {
    this.#api = api;
  }

  async read(): Promise<void> {
    const all: RecordedKeyframe[] = [];
    try {
      for (let from: number | undefined = 0; from !== undefined; ) {
        const page = await this.#api.keyframes(from, false);
        all.push(...page.keyframes);
        from = page.next;
      }
      this.keyframes = all;
    } catch {
      // Without them fields cannot be marked; everything else goes on.
    }
  }

  /** Id of a frame that a cell lies in: one that became a field of the map. */
  async frameShowing({ island, box, firstSeenMs, lastSeenMs }: CellRecord): Promise<number | undefined> {
    const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const holds = (field: { x: number; y: number; island?: number | undefined }, size: { widthPx: number; heightPx: number }): boolean =>
      field.island === island && x >= field.x && y >= field.y && x < field.x + size.widthPx && y < field.y + size.heightPx;
    const field = this.keyframes.find((one) => holds(one, one));
    if (!field) return undefined;
    const around = await this.#api.frames({ from: firstSeenMs - 1000, to: Math.max(firstSeenMs, lastSeenMs) + 1000 });
    return around.find((row) => row.x !== undefined && row.y !== undefined && holds({ x: row.x, y: row.y, island: row.island }, field))?.id;
  }

  /** The field that a frame shows: the one that covers most of it. */
  under(frame: RecordedFrame | undefined): RecordedKeyframe | undefined {
    if (!frame) return undefined;
    const { keyframe, island, x, y } = frame;
    if (keyframe !== undefined) return this.keyframes.find(({ id }) => id === keyframe);
    if (x === undefined || y === undefined) return undefined;
    let best: RecordedKeyframe | undefined;
    let most = LEAST_COVER;
    for (const field of this.keyframes) {
      if (field.island !== island) continue;
      const wide = Math.max(0, 1 - Math.abs(field.x - x) / field.widthPx);
      const high = Math.max(0, 1 - Math.abs(field.y - y) / field.heightPx);
      if (wide * high < most) continue;
      most = wide * high;
      best = field;
    }
    return best;
  }
}
