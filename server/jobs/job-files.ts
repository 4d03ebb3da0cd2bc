import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Job, job, jobId } from '../../domain/job.ts';

/** What became of jobs, one small file each in `dataDir/jobs`. */
export type JobFiles = {
  /** Oldest first; what cannot be read is passed over. */
  read(): readonly Job[];
  write(job: Job): void;
  remove(id: string): void;
};

const MAX_BYTES = 256 * 1024;

export const openJobFiles = (dataDir: string): JobFiles => {
  const folder = join(dataDir, 'jobs');
  const fileOf = (id: string): string => join(folder, `${id}.json`);
  const readOne = (name: string): Job | undefined => {
    try {
      const path = join(folder, name);
      return statSync(path).size > MAX_BYTES ? undefined : job.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return undefined;
    }
  };
  return {
    read: () => {
      try {
        const names = readdirSync(folder).filter((name) => name.endsWith('.json') && jobId.safeParse(name.slice(0, -5)).success);
        return names.sort().flatMap((name) => readOne(name) ?? []);
      } catch {
        return [];
      }
    },
    write: (one) => {
      mkdirSync(folder, { recursive: true });
      const beside = `${fileOf(one.id)}.new`;
      writeFileSync(beside, JSON.stringify(one));
      renameSync(beside, fileOf(one.id));
    },
    remove: (id) => rmSync(fileOf(id), { force: true }),
  };
};
