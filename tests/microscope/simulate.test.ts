import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanTruth } from '../../domain/scan-truth.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { runSimulate } from '../../server/cli/simulate.ts';
import { readFrames } from '../../server/ingest/read-frames.ts';
import { readVirtualMicroscope } from '../../server/microscope/virtual-microscope.ts';

const request = { seed: 3, frames: 24, width: 640, height: 360, slideWidth: 1600, slideHeight: 1200, fps: 24 };
const address = `simulate:?${new URLSearchParams(Object.entries(request).map(([name, value]): [string, string] => [name, String(value)]))}`;

describe('runSimulate', () => {
  let dir: string;
  const said: string[] = [];
  const io = { stdout: (text: string) => said.push(text), stderr: () => {}, signal: new AbortController().signal, command: 'simulate' };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'smearscope-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('writes a video that decodes to the scan’s frames at their times, and the truth beside it', async () => {
    const out = join(dir, 'new', 'scan.mp4');
    await runSimulate({ ...request, out, json: true }, io);
    const summary = JSON.parse(said.join(''));
    expect(summary).toMatchObject({ schema: 'smearscope.simulate/1', video: out, frames: 24, seed: 3 });
    const truth = scanTruth.parse(JSON.parse(await readFile(join(dir, 'new', 'scan.truth.json'), 'utf8')));
    expect(truth.frames).toHaveLength(24);

    const pool = createFramePool();
    const rendered = readVirtualMicroscope(address, { pool });
    let id = 0;
    for await (const decoded of readFrames(out, { pool })) {
      using frame = decoded;
      using original = (await rendered.next()).value!;
      expect(frame.capturedAtMs).toBeCloseTo(truth.frames[id++]!.capturedAtMs, 0);
      let off = 0;
      for (let i = 0; i < frame.y.data.length; i++) off += Math.abs(frame.y.data[i]! - original.y.data[i]!);
      expect(off / frame.y.data.length).toBeLessThan(2.5);
    }
    expect(id).toBe(24);
    expect(pool.outstanding).toBe(0);
  }, 30_000);

  it('refuses a folder that cannot be made before it composes anything', async () => {
    const file = join(dir, 'file');
    await writeFile(file, '');
    await expect(runSimulate({ ...request, out: join(file, 'scan.mp4') }, io)).rejects.toThrow(/folder cannot be made/);
  });
});
