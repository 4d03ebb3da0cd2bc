import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { Raster } from './picture.ts';

/** Keeps the pixels of many pictures within a bound of memory. A kept raster's `data` is there whenever it is asked for. */
export type PictureStore = Disposable & {
  /** Takes the raster over and gives the one to use in its place. Faults: `data` where the disk is full. */
  keep(raster: Raster): Raster;
  /** Bytes in memory at present. */
  readonly heldBytes: number;
};

/** Room for everything: nothing leaves memory. */
const roomyStore = (): PictureStore => {
  let heldBytes = 0;
  return {
    keep: (raster) => {
      heldBytes += raster.data.length;
      return raster;
    },
    get heldBytes() {
      return heldBytes;
    },
    [Symbol.dispose]: () => undefined,
  };
};

/** A file without a name, so that nothing is left of it when the process ends in whatever way. */
const openNameless = (folder: string): number => {
  const inside = mkdtempSync(path.join(folder, 'smearscope-pixels-'));
  const file = openSync(path.join(inside, 'pixels'), 'wx+', 0o600);
  rmSync(inside, { recursive: true, force: true });
  return file;
};

/** Pixels lie in a file, decoded; those that were asked for last stay in memory as well. */
const spillingStore = (memoryBytes: number, folder: string): PictureStore => {
  const noRoom = (cause: unknown): FaultError =>
    new FaultError(
      {
        kind: 'data',
        path: folder,
        what: 'no room for the pixels that do not fit in memory',
        remedy: 'free some disk, set TMPDIR, or allow more with --memory',
      },
      { cause },
    );
  let file: number;
  try {
    file = openNameless(folder);
  } catch (cause) {
    throw noRoom(cause);
  }
  const held = new Map<number, Uint8Array>();
  let heldBytes = 0;
  let end = 0;
  const hold = (start: number, data: Uint8Array): Uint8Array => {
    held.set(start, data);
    heldBytes += data.length;
    for (const [oldest, { length }] of held) {
      if (heldBytes <= memoryBytes || oldest === start) break;
      held.delete(oldest);
      heldBytes -= length;
    }
    return data;
  };
  const fetch = (start: number, length: number): Uint8Array => {
    const there = held.get(start);
    if (there !== undefined) {
      // The map's order is that of use.
      held.delete(start);
      held.set(start, there);
      return there;
    }
    const data = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(file, data, done, length - done, start + done);
      if (count === 0) throw new FaultError({ kind: 'internal', what: 'pixels on disk end early', remedy: 'start again' });
      done += count;
    }
    return hold(start, data);
  };
  const rasterAt = (start: number, length: number, widthPx: number, heightPx: number): Raster => ({
    widthPx,
    heightPx,
    get data() {
      return fetch(start, length);
    },
  });
  return {
    keep: ({ data, widthPx, heightPx }) => {
      const start = end;
      try {
        for (let done = 0; done < data.length; ) done += writeSync(file, data, done, data.length - done, start + done);
      } catch (cause) {
        throw noRoom(cause);
      }
      end += data.length;
      hold(start, data);
      // Made elsewhere: a getter made here would keep `data` in memory.
      return rasterAt(start, data.length, widthPx, heightPx);
    },
    get heldBytes() {
      return heldBytes;
    },
    [Symbol.dispose]: () => closeSync(file),
  };
};

/** A store for rasters of `neededBytes` in all; where they do not fit in `memoryBytes`, the rest lies in a file in `folder`. */
export const openPictureStore = (neededBytes: number, memoryBytes: number, folder: string = tmpdir()): PictureStore =>
  neededBytes <= memoryBytes ? roomyStore() : spillingStore(memoryBytes, folder);
