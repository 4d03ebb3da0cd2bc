import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PbfReader } from 'pbf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecords } from '../../../models/datasets/record-file.ts';
import { openEventFile } from '../../../models/train/report/event-file.ts';
import { writeEvents } from './write-events.ts';

type Value = { tag: string; scalar?: number; image?: [widthPx: number, heightPx: number, sha256: string] };
type Event = { wall: number; step: number; version?: string; session?: number; values: Value[] };

const readImage = (reader: PbfReader): NonNullable<Value['image']> => {
  const image = reader.readMessage(
    (tag, into: { height: number; width: number; bytes: Uint8Array }, field) => {
      if (tag === 1) into.height = field.readVarint();
      if (tag === 2) into.width = field.readVarint();
      if (tag === 4) into.bytes = field.readBytes();
    },
    { height: 0, width: 0, bytes: new Uint8Array() },
  );
  return [image.width, image.height, createHash('sha256').update(image.bytes).digest('hex')];
};

/** A reader of event files of its own, by the published messages. */
const readEvents = async (file: string): Promise<Event[]> => {
  const events: Event[] = [];
  for await (const { bytes } of readRecords(file)) {
    const event: Event = { wall: 0, step: 0, values: [] };
    new PbfReader(bytes).readFields((tag, into: Event, reader) => {
      if (tag === 1) into.wall = reader.readDouble();
      if (tag === 2) into.step = reader.readVarint();
      if (tag === 3) into.version = reader.readString();
      if (tag === 7) into.session = reader.readMessage((_, found: number[], status) => void found.push(status.readVarint()), [])[0]!;
      if (tag !== 5) return;
      reader.readMessage((_, values: Value[], summary) => {
        values.push(
          summary.readMessage(
            (field, value: Value, r) => {
              if (field === 1) value.tag = r.readString();
              if (field === 2) value.scalar = r.readFloat();
              if (field === 4) value.image = readImage(r);
            },
            { tag: '' },
          ),
        );
      }, into.values);
    }, event);
    events.push(event);
  }
  return events;
};

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'smearscope-events-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('event files', () => {
  it('hold what TensorBoard reads from them, no step twice after a resume', async () => {
    const recorded = JSON.parse(await readFile(new URL('../../fixtures/tensorboard/expected.json', import.meta.url), 'utf8'));
    await writeEvents(dir);
    const scalars: Record<string, [number, number, number][]> = {};
    const images: Record<string, unknown[][]> = {};
    for (const name of (await readdir(dir)).sort())
      for (const { wall, step, values } of await readEvents(path.join(dir, name)))
        for (const { tag, scalar, image } of values) {
          if (scalar !== undefined) scalars[tag] = [...(scalars[tag] ?? []), [wall, step, scalar]];
          if (image !== undefined) images[tag] = [...(images[tag] ?? []), [step, ...image]];
        }
    expect({ fileVersion: 2, scalars, images }).toEqual(recorded);
  });

  it('begin with their version and the step that they go on from', async () => {
    const [first, second] = await writeEvents(dir);
    const heads = await Promise.all([first!, second!].map(async (file) => (await readEvents(file)).slice(0, 2)));
    expect(heads[0]).toMatchObject([
      { version: 'brain.Event:2', step: 0 },
      { session: 1, step: 1 },
    ]);
    expect(heads[1]).toMatchObject([
      { version: 'brain.Event:2', step: 10 },
      { session: 1, step: 11 },
    ]);
  });

  it('lose a record that a kill left unfinished, and nothing else', async () => {
    const nowMs = (): number => 1e12;
    const first = await openEventFile({ dir, afterStep: 0, nowMs });
    await first.write(1, [{ tag: 'a', scalar: 1 }]);
    await first[Symbol.asyncDispose]();
    const { size } = await stat(first.path);
    await appendFile(first.path, Buffer.from([40, 0, 0, 0, 0]));
    const second = await openEventFile({ dir, afterStep: 1, nowMs });
    await second[Symbol.asyncDispose]();
    expect((await stat(first.path)).size).toBe(size);
    expect(second.path > first.path).toBe(true);
  });

  it('leave out values that are no numbers', async () => {
    const file = await openEventFile({ dir, afterStep: 0, nowMs: () => 1e12 });
    await file.write(3, [{ tag: 'a', scalar: Number.NaN }]);
    await file.write(4, [
      { tag: 'a', scalar: Number.NaN },
      { tag: 'b', scalar: 2 },
    ]);
    await file[Symbol.asyncDispose]();
    expect((await readEvents(file.path)).slice(2)).toMatchObject([{ step: 4, values: [{ tag: 'b', scalar: 2 }] }]);
  });
});
