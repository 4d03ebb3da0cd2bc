import { describe, expect, it } from 'vitest';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { parseScanRequest } from '../../server/microscope/prepare-scan.ts';
import { playVirtualMicroscope, readVirtualMicroscope } from '../../server/microscope/virtual-microscope.ts';

const small = 'simulate:?seed=4&width=640&height=360&slideWidth=1600&slideHeight=1200';

describe('playVirtualMicroscope', () => {
  it('gives 30 frames a second, each soon after its capture, and stops when told', async () => {
    const pool = createFramePool();
    const stop = new AbortController();
    const frames: { id: number; capturedAtMs: number; latencyMs: number }[] = [];
    let openedAt = 0;
    let dropped = 0;
    await playVirtualMicroscope(small, {
      pool,
      signal: stop.signal,
      onStart: (at) => {
        openedAt = at;
        setTimeout(() => stop.abort(), 3000);
      },
      onEvent: (event) => {
        if (event.type === 'dropped') dropped = event.total;
      },
      take: (given) => {
        using frame = given;
        frames.push({ id: frame.id, capturedAtMs: frame.capturedAtMs, latencyMs: performance.now() - openedAt - frame.capturedAtMs });
      },
    });
    expect(pool.outstanding).toBe(0);
    // A machine that is busy with other tests may leave some out, but must say so.
    expect(frames.length + dropped).toBeGreaterThanOrEqual(85);
    expect(frames.length + dropped).toBeLessThanOrEqual(92);
    expect(frames.length).toBeGreaterThan(60);
    for (const { id, capturedAtMs, latencyMs } of frames) {
      expect(capturedAtMs).toBeCloseTo((id * 1000) / 30, 6);
      expect(latencyMs).toBeGreaterThan(0);
    }
    const latencies = frames.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
    expect(latencies[latencies.length >> 1]).toBeLessThan(60);
  }, 20_000);

  it('lets the newest frame win when the consumer lags, and counts the others', async () => {
    const pool = createFramePool();
    const ids: number[] = [];
    let dropped = 0;
    await playVirtualMicroscope(`${small}&frames=30`, {
      pool,
      onEvent: (event) => {
        if (event.type === 'dropped') dropped = event.total;
      },
      take: (given) => {
        using frame = given;
        ids.push(frame.id);
        const until = performance.now() + 150;
        while (performance.now() < until);
      },
    });
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids.length).toBeLessThan(20);
    expect(ids.length + dropped).toBe(30);
    expect(pool.outstanding).toBe(0);
  }, 20_000);

  it('says what is wrong with an address', async () => {
    const ports = { pool: createFramePool(), take: () => {} };
    await expect(playVirtualMicroscope('simulate:?speed=2', ports)).rejects.toThrow(/"speed"/);
  });
});

describe('readVirtualMicroscope', () => {
  it('reads as many frames as the address names, with a pool of one', async () => {
    const pool = createFramePool({ maxBuffers: 1 });
    const times: number[] = [];
    for await (const given of readVirtualMicroscope(`${small}&frames=5&fps=25`, { pool })) {
      using frame = given;
      times.push(frame.capturedAtMs);
    }
    expect(times).toEqual([0, 40, 80, 120, 160]);
    expect(parseScanRequest({}).frames).toBe(900);
  }, 20_000);
});
