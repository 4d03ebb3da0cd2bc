import { availableParallelism, cpus } from 'node:os';

/** What figures were measured on, and when. */
export type Machine = { readonly processor: string; readonly cores: number; readonly node: string; readonly date: string };

export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
});

export const machineLine = ({ processor, cores, node, date }: Machine): string => `${processor}, ${cores} cores, Node ${node}, ${date}`;
