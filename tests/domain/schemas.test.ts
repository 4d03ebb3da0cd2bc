import { describe, expect, test } from 'vitest';
import { configuration } from '../../domain/configuration.ts';
import { liveMessage, openCamera, WIRE_VERSION } from '../../domain/wire.ts';

describe('configuration', () => {
  test('has a value for every key that must have one', () => {
    const parsed = configuration.parse({});
    expect(parsed.host).toBe('127.0.0.1');
    expect(parsed.umPerPx).toBeUndefined();
  });

  test('refuses unknown keys and values out of range', () => {
    expect(configuration.safeParse({ prot: 1 }).success).toBe(false);
    expect(configuration.safeParse({ port: 70_000 }).success).toBe(false);
    expect(configuration.safeParse({ umPerPx: -1 }).success).toBe(false);
  });

  test('describes every key for the command line and the settings page', () => {
    for (const [key, field] of Object.entries(configuration.shape)) {
      const described = field.description ?? ('unwrap' in field ? (field.unwrap() as { description?: string }).description : undefined);
      expect(described, key).toBeTruthy();
    }
  });
});

describe('wire', () => {
  const status = {
    id: 'main',
    source: 'simulate:',
    state: 'running',
    reason: '',
    classes: ['RBC'],
    model: 'default',
    engine: 'onnx:cpu',
    engineReason: '',
    umPerPxFrom: 'given',
    restarts: 0,
  };

  test('takes a greeting of its own version alone', () => {
    expect(liveMessage.safeParse({ type: 'hello', version: WIRE_VERSION, status }).success).toBe(true);
    expect(liveMessage.safeParse({ type: 'hello', version: WIRE_VERSION + 1, status }).success).toBe(false);
  });

  test('refuses what it does not know', () => {
    expect(liveMessage.safeParse({ type: 'other' }).success).toBe(false);
    expect(liveMessage.safeParse({ type: 'status', status: { ...status, extra: 1 } }).success).toBe(false);
    expect(openCamera.safeParse({ id: '../x', source: 'simulate:' }).success).toBe(false);
    expect(openCamera.safeParse({ source: 'x'.repeat(3000) }).success).toBe(false);
  });
});
