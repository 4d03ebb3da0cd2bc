import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../domain/frame.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';

const header = (id: number, widthPx = 16, heightPx = 8) => ({ id, capturedAtMs: id * 33, widthPx, heightPx, fullRange: true });

describe('createFramePool', () => {
  it('lays out planes of odd sizes without overlap', () => {
    const pool = createFramePool();
    using frame = pool.frame(header(0, 5, 3), (y, u, v) => {
      y.data.fill(1);
      u.data.fill(2);
      v.data.fill(3);
    })!;
    expect([frame.y.data.length, frame.u.data.length, frame.v.data.length]).toEqual([15, 6, 6]);
    expect([...frame.y.data].every((value) => value === 1)).toBe(true);
    expect([...frame.u.data].every((value) => value === 2)).toBe(true);
  });

  it('gives nothing when every buffer is out, and counts it', () => {
    const pool = createFramePool({ maxBuffers: 2 });
    const frames = [pool.frame(header(0), () => {}), pool.frame(header(1), () => {})];
    expect(pool.frame(header(2), () => {})).toBeUndefined();
    expect([pool.outstanding, pool.exhausted]).toEqual([2, 1]);
    frames[0]?.[Symbol.dispose]();
    expect(pool.frame(header(3), () => {})).toBeDefined();
  });

  it('takes the buffer back when filling fails', () => {
    const pool = createFramePool({ maxBuffers: 1 });
    expect(() =>
      pool.frame(header(0), () => {
        throw new Error('damaged packet');
      }),
    ).toThrow('damaged packet');
    expect(pool.outstanding).toBe(0);
  });

  it('refuses to retain through a handle that is gone', () => {
    const pool = createFramePool();
    const frame = pool.frame(header(0), () => {})!;
    frame[Symbol.dispose]();
    expect(() => frame.retain()).toThrow(/retained after/);
  });

  it('keeps a picture as long as any handle lives, however often each is disposed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('make', 'retain', 'dispose', 'again'), fc.nat(1000), fc.integer({ min: 8, max: 10 })), {
          maxLength: 200,
        }),
        (steps) => {
          const pool = createFramePool({ maxBuffers: 4 });
          const live: Frame[] = [];
          const gone: Frame[] = [];
          let id = 0;
          for (const [step, pick, widthPx] of steps) {
            const at = live.length === 0 ? 0 : pick % live.length;
            if (step === 'make') {
              const stamp = ++id % 256;
              const frame = pool.frame(header(id, widthPx), (y) => y.data.fill(stamp));
              if (frame !== undefined) live.push(frame);
            } else if (step === 'retain' && live.length > 0) live.push(live[at]!.retain());
            else if (step === 'dispose' && live.length > 0) {
              const [frame] = live.splice(at, 1);
              frame![Symbol.dispose]();
              gone.push(frame!);
            } else if (step === 'again' && gone.length > 0) gone[pick % gone.length]![Symbol.dispose]();
            expect(pool.outstanding).toBe(new Set(live.map((frame) => frame.id)).size);
            for (const frame of live) expect(frame.y.data[frame.y.data.length - 1]).toBe(frame.id % 256);
          }
        },
      ),
    );
  });
});
