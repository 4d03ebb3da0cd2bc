import { setTimeout as sleep } from 'node:timers/promises';
import type { FieldReport } from '../../../domain/field-report.ts';
import type { Frame, Plane } from '../../../domain/frame.ts';
import { seededRandom } from '../../../domain/random.ts';
import type { SessionFacts } from '../../../domain/session.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { createSessionRecorder } from '../../../server/sessions/session-recorder.ts';
import { createVideoRecorder } from '../../../server/sessions/video-recorder.ts';

const pool = createFramePool();
const BITS = 12;
const SQUARE_PX = 16;

/** The frame's number, dark and light, each bit's complement below it: what is damaged does not pass for a number. */
const paint = (y: Plane, number: number): void => {
  for (let bit = 0; bit < BITS; bit++)
    for (let row = 0; row < 2 * SQUARE_PX; row++) {
      const light = ((number >> bit) & 1) === (row < SQUARE_PX ? 1 : 0);
      y.data.fill(light ? 200 : 50, row * y.stridePx + bit * SQUARE_PX, row * y.stridePx + (bit + 1) * SQUARE_PX);
    }
};
export const readNumber = ({ data, stridePx }: Plane): number => {
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const at = (row: number): boolean => data[row * stridePx + bit * SQUARE_PX + SQUARE_PX / 2]! > 125;
    if (at(SQUARE_PX / 2) === at((3 * SQUARE_PX) / 2)) throw new Error(`bit ${bit} cannot be read`);
    if (at(SQUARE_PX / 2)) number |= 1 << bit;
  }
  return number;
};

const random = seededRandom(7);
/** Capture times of the frames, by id: a camera's uneven pace, with a pause. */
export const times: number[] = [3];
while (times.length < 420) times.push(times.at(-1)! + (times.length === 200 ? 5000 : 20 + random.next() * 30));
export const widthOf = (id: number): number => (id < 330 ? 320 : 256);
/** Now and then a frame comes too fast and is in no video. */
export const isFilmed = (id: number): boolean => id % 37 !== 5;

export const frameOf = (id: number): Frame =>
  pool.frame({ id, capturedAtMs: times[id]!, widthPx: widthOf(id), heightPx: 240, fullRange: false }, (y, u, v) => {
    for (let i = 0; i < y.data.length; i++) y.data[i] = 60 + ((i * 7 + 13 * id) % 90);
    u.data.fill(120);
    v.data.fill(140);
    paint(y, id);
  })!;

export const reportOf = (id: number): FieldReport => ({
  frameId: id,
  capturedAtMs: times[id]!,
  widthPx: widthOf(id),
  heightPx: 240,
  state: 'sharp',
  reason: '',
  placement: { island: 1, x: id, y: 0, confidence: 1 },
  anchor: { keyframe: 1, x: id - 10, y: 0 },
  sharpness: 0.9,
  boxes: [],
  counts: [0],
  frames: { decoded: id + 1, registered: id + 1, inferred: 0, rejected: {}, dropped: {} },
  slide: { islands: 1, keyframes: 1, areaUm2: 0 },
  stageMs: {},
});

/** Records a session through the real recorders, each frame with its number painted into it. Gives how many were filmed. */
export const recordPainted = async (folder: string, facts: SessionFacts): Promise<number> => {
  let filmed = 0;
  const recorder = createSessionRecorder(folder, () => {});
  await recorder.state;
  const video = createVideoRecorder({
    folder,
    quality: 75,
    kind: 'video',
    first: 1,
    onVideo: recorder.addVideo,
    onFrame: (row) => {
      recorder.seeVideoFrame(row);
      filmed++;
    },
    onBroken: (what) => {
      throw new Error(what);
    },
  });
  recorder.note(facts);
  let pushed = 0;
  recorder.hear({ type: 'map', keyframes: [{ id: 1, island: 2, x: 110, y: 5, widthPx: 320, heightPx: 240 }] });
  for (let id = 0; id < times.length; id++) {
    using frame = frameOf(id);
    recorder.see(reportOf(id));
    if (!isFilmed(id)) continue;
    video.push(frame, false);
    pushed++;
    while (filmed < pushed - 6) await sleep(1);
    if (id % 50 === 0) recorder.flush(undefined);
  }
  await video.close();
  await recorder.close(undefined);
  return filmed;
};

export const paintedFacts = (id: string): SessionFacts => ({
  id,
  camera: 'main',
  source: 'simulate:',
  specimen: 'smear',
  classes: ['RBC', 'WBC'],
  model: { name: 'none', version: '1' },
  engine: 'none',
  umPerPx: 0.1,
  settings: {},
  program: '0',
  startedAt: Date.UTC(2026, 0, 31, 14, 25, 1),
  kept: true,
  flags: [],
});
