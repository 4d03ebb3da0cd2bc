import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { loadSlideMap, type SavedSlideMap, saveSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';

/** A camera's slide map on disk, so that a crash of its process loses seconds and not the count. */
export type Checkpoint = {
  /** What an earlier process left; `undefined` where there is none. Throws where it is damaged. */
  read(): Promise<SavedSlideMap | undefined>;
  /** Writes the map where it changed and enough time has passed. */
  keep(counter: SmearCounter, atMs: number): void;
  /** Throws the map away. */
  drop(): Promise<void>;
};

const EVERY_MS = 3000;
/** Taking a checkpoint takes no more than this share of the time. */
const MOST_SHARE = 0.02;

/** The file is replaced in one step; it need not outlive the machine, so nothing waits for the disk. */
export const createCheckpoint = (path: string, onFailed: (error: unknown) => void): Checkpoint => {
  const beside = `${path}.new`;
  let dueAt = performance.now() + EVERY_MS;
  let version = -1;
  let era = 0;
  let writing: Promise<void> | undefined;
  /** A full disk is told once, not with every attempt. */
  let failing = false;

  const write = async (bytes: Uint8Array): Promise<void> => {
    const begun = era;
    try {
      await writeFile(beside, bytes);
      if (begun === era) await rename(beside, path);
      failing = false;
    } catch (error) {
      await rm(beside, { force: true }).catch(() => {});
      if (!failing) onFailed(error);
      failing = true;
    } finally {
      writing = undefined;
    }
  };

  return {
    read: async () => {
      try {
        return loadSlideMap(await readFile(path));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    keep: (counter, atMs) => {
      const startedAt = performance.now();
      if (writing !== undefined || startedAt < dueAt || counter.version === version || counter.keyframes.length === 0) return;
      const bytes = saveSlideMap(counter.snapshot(atMs));
      version = counter.version;
      dueAt = startedAt + Math.max(EVERY_MS, (performance.now() - startedAt) / MOST_SHARE);
      writing = write(bytes);
    },
    drop: async () => {
      era++;
      version = -1;
      await writing;
      await rm(path, { force: true });
      await rm(beside, { force: true });
    },
  };
};
