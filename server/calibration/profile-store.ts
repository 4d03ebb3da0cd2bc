import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CalibrationDraft, type CalibrationProfile, calibrationProfile, profileName } from '../../domain/calibration-profile.ts';
import { FaultError } from '../../domain/fault.ts';

const FOLDER = 'calibration';
const MAX_BYTES = 128 * 1024;
const MAX_PROFILES = 500;

const fault = (path: string, what: string, remedy: string, cause?: unknown): FaultError =>
  new FaultError({ kind: 'data', path, what, remedy }, cause === undefined ? undefined : { cause });

const usage = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

/** Where a profile of a name lies; throws a `usage` fault for what is no name. */
const pathOf = (dataDir: string, name: string): string => {
  const parsed = profileName.safeParse(name);
  if (!parsed.success)
    throw usage(`"${name.slice(0, 60)}" cannot be a profile's name`, parsed.error.issues[0]?.message ?? 'choose another');
  return join(dataDir, FOLDER, `${parsed.data}.json`);
};

/** Reads a profile's file wherever it lies. Faults: `data`. */
export const readProfileFile = async (path: string): Promise<CalibrationProfile> => {
  let text: string;
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw fault(path, 'a calibration profile is not that large', 'give a profile that smearscope wrote');
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    throw fault(path, 'cannot read the calibration profile', 'smearscope calibrate list names those there are', cause);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw fault(path, 'the calibration profile is not JSON', 'calibrate anew', cause);
  }
  const parsed = calibrationProfile.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw fault(
    path,
    `the calibration profile does not hold to its form (${issue?.path.join('.') || 'file'}: ${issue?.message})`,
    'calibrate anew',
  );
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The profile of a name. Faults: `config` where there is none, `data` where its file is damaged. */
export const readProfile = async (dataDir: string, name: string): Promise<CalibrationProfile> => {
  const path = pathOf(dataDir, name);
  if (!(await isThere(path))) {
    const known = await profileNames(dataDir);
    throw new FaultError({
      kind: 'config',
      key: 'calibration',
      what: `there is no calibration profile "${name}"`,
      remedy:
        known.length === 0
          ? 'make one with smearscope calibrate, or on the calibration page'
          : `there are ${known.slice(0, 10).join(', ')}`,
    });
  }
  // The file's name counts: it may have been copied.
  return { ...(await readProfileFile(path)), name };
};

/** Names of the profiles, by alphabet; what is no profile's file is passed over. */
export const profileNames = async (dataDir: string): Promise<string[]> => {
  const files = await readdir(join(dataDir, FOLDER)).catch(() => []);
  return files
    .filter((file) => file.endsWith('.json') && profileName.safeParse(file.slice(0, -5)).success)
    .map((file) => file.slice(0, -5))
    .sort((a, b) => a.localeCompare(b, 'en'))
    .slice(0, MAX_PROFILES);
};

/** Every profile that can be read. */
export const listProfiles = async (dataDir: string): Promise<CalibrationProfile[]> => {
  const all = await Promise.all((await profileNames(dataDir)).map((name) => readProfile(dataDir, name).catch(() => undefined)));
  return all.filter((profile) => profile !== undefined);
};

const refuseIfThere = async (dataDir: string, name: string): Promise<void> => {
  if (await isThere(pathOf(dataDir, name)))
    throw usage(`there is a calibration profile "${name}" already`, 'replace it (--replace), or choose another name');
};

/** Keeps a profile, in one step: a reader sees the old file or the new one. Faults: `usage` for a name that is taken, unless `replace`. */
export const saveProfile = async (
  dataDir: string,
  draft: CalibrationDraft,
  { replace = false, now = new Date() }: { readonly replace?: boolean; readonly now?: Date } = {},
): Promise<CalibrationProfile> => {
  const path = pathOf(dataDir, draft.name);
  if (draft.scale === undefined && draft.light === undefined)
    throw usage('a profile without scale, flat field and white balance says nothing', 'measure one of them first');
  if (!replace) await refuseIfThere(dataDir, draft.name);
  if ((await profileNames(dataDir)).length >= MAX_PROFILES) throw usage(`there are ${MAX_PROFILES} profiles`, 'delete some first');
  const profile = calibrationProfile.parse({ schema: 'smearscope.calibration/1', ...draft, createdAt: now.toISOString() });
  await mkdir(join(dataDir, FOLDER), { recursive: true });
  const beside = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    await writeFile(beside, `${JSON.stringify(profile, undefined, 2)}\n`);
    const file = await open(beside, 'r+');
    await file.sync();
    await file.close();
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw fault(path, 'cannot write the calibration profile', 'check the rights of the data folder', cause);
  }
  return profile;
};

export const deleteProfile = async (dataDir: string, name: string): Promise<void> => {
  await readProfile(dataDir, name);
  await rm(pathOf(dataDir, name));
};

export const renameProfile = async (dataDir: string, name: string, next: string): Promise<CalibrationProfile> => {
  const { schema: _schema, createdAt, ...draft } = await readProfile(dataDir, name);
  const renamed = await saveProfile(dataDir, { ...draft, name: next }, { now: new Date(createdAt) });
  await deleteProfile(dataDir, name);
  return renamed;
};
