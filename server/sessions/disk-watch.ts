import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** How much room a recording has left. */
export type DiskRoom = {
  readonly state: 'enough' | 'scarce' | 'full';
  /** In words, with what to do; empty while there is enough. */
  readonly reason: string;
};

export type DiskLimits = {
  /** All sessions together may take so much. */
  readonly budgetBytes: number;
  /** So much of the disk is left to others, and to counting. */
  readonly reserveBytes?: number;
};

const RESERVE_BYTES = 512 * 2 ** 20;
/** From this share of the budget on there is a warning. */
const SCARCE_SHARE = 0.9;
const GB = 1e9;

const bytesBelow = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
};

const inGb = (bytes: number): string => `${(bytes / GB).toFixed(bytes < GB ? 3 : 1)} GB`;

/** Looks at what the sessions in `folder` take, and at what the disk has left. */
export const measureDiskRoom = async (folder: string, { budgetBytes, reserveBytes = RESERVE_BYTES }: DiskLimits): Promise<DiskRoom> => {
  const [used, disk] = await Promise.all([bytesBelow(folder), statfs(folder).catch(() => undefined)]);
  const free = disk === undefined ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
  if (used >= budgetBytes)
    return { state: 'full', reason: `sessions take ${inGb(used)} of ${inGb(budgetBytes)}: delete some, or raise diskBudgetGb` };
  if (free <= reserveBytes) return { state: 'full', reason: `the disk has ${inGb(free)} left: make room` };
  if (used >= budgetBytes * SCARCE_SHARE)
    return { state: 'scarce', reason: `sessions take ${inGb(used)} of ${inGb(budgetBytes)}: recording stops there` };
  if (free <= 3 * reserveBytes)
    return { state: 'scarce', reason: `the disk has ${inGb(free)} left: recording stops at ${inGb(reserveBytes)}` };
  return { state: 'enough', reason: '' };
};
