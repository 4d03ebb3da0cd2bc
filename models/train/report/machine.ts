import os from 'node:os';

/** What computes, in one line: processor, cores, memory, system. */
export const machineLine = (): string => {
  const cpus = os.cpus();
  const memory = `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${cpus[0]?.model.trim() ?? 'unknown processor'}, ${cpus.length} cores, ${memory}, ${os.type()} ${os.machine()}, Node ${process.versions.node}`;
};
