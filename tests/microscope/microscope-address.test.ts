import { describe, expect, it } from 'vitest';
import { FaultError } from '../../domain/fault.ts';
import { parseMicroscopeAddress } from '../../server/microscope/microscope-address.ts';

const faultOf = (address: string) => {
  try {
    parseMicroscopeAddress(address);
  } catch (error) {
    if (error instanceof FaultError) return { kind: error.fault.kind, line: error.message };
    throw error;
  }
  return undefined;
};

describe('parseMicroscopeAddress', () => {
  it('reads every parameter, and takes defaults for the rest', () => {
    const { options, endless } = parseMicroscopeAddress('simulate:?seed=3&jumps=1&dirt=true&width=640&height=360&fps=25');
    expect(options).toMatchObject({ seed: 3, jumps: true, dirt: true, width: 640, height: 360, fps: 25, frames: 900, slideWidth: 4096 });
    expect(endless).toBe(true);
    expect(parseMicroscopeAddress('simulate:').options).toMatchObject({ seed: 1, jumps: false, dirt: false, width: 1280, height: 720 });
    expect(parseMicroscopeAddress('simulate:?frames=60').endless).toBe(false);
  });

  it.each([
    ['simulate:?sed=3', '"sed"'],
    ['simulate:?seed=x', 'seed'],
    ['simulate:?seed=-1', 'seed'],
    ['simulate:?width=641', 'width'],
    ['simulate:?width=99999', 'width'],
    ['simulate:?jumps=perhaps', 'jumps'],
    ['simulate:?seed=1&seed=2', '"seed" twice'],
    ['simulate:?slideHeight=400', 'slideHeight'],
    ['simulate:seed=1', 'no virtual microscope'],
  ])('refuses %s in one line', (address, named) => {
    const fault = faultOf(address);
    expect(fault?.kind).toBe('source');
    expect(fault?.line).toContain(named);
    expect(fault?.line).not.toContain('\n');
  });
});
