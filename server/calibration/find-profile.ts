import type { CalibrationProfile } from '../../domain/calibration-profile.ts';
import { readProfile, readProfileFile } from './profile-store.ts';

/** A profile by its name, or by the path of its file: what has a slash in it or ends in .json is a path. Faults: `config`, `data`, `usage`. */
export const findProfile = (dataDir: string, nameOrFile: string | undefined): Promise<CalibrationProfile | undefined> => {
  if (nameOrFile === undefined) return Promise.resolve(undefined);
  return /[/\\]|\.json$/i.test(nameOrFile) ? readProfileFile(nameOrFile) : readProfile(dataDir, nameOrFile);
};
