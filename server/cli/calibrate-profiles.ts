import { summaryOf } from '../../domain/calibration-measure.ts';
import { FaultError } from '../../domain/fault.ts';
import { findProfile } from '../calibration/find-profile.ts';
import { deleteProfile, listProfiles } from '../calibration/profile-store.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { lightLines, scaleLine } from './calibration-lines.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';

type Flags = ConfigurationValues & { readonly profile: string; readonly json?: boolean };

export const runCalibrateList = async ({ json, ...flags }: Omit<Flags, 'profile'>, io: CommandIo): Promise<CommandResult> => {
  const { configuration } = await configurationFrom(flags);
  const profiles = await listProfiles(configuration.dataDir);
  if (json === true) io.stdout(`${JSON.stringify({ schema: 'smearscope.calibrations/1', profiles: profiles.map(summaryOf) })}\n`);
  else if (profiles.length === 0) io.stdout('no calibration profile yet: smearscope calibrate SOURCE --micrometer 10 --save NAME\n');
  else
    for (const { name, objective, scale, light } of profiles)
      io.stdout(`${[name, objective, scale && scaleLine(scale), light && 'flat field and white balance'].filter(Boolean).join(' · ')}\n`);
  return undefined;
};

export const runCalibrateShow = async ({ profile: nameOrFile, json, ...flags }: Flags, io: CommandIo): Promise<CommandResult> => {
  const { configuration } = await configurationFrom(flags);
  const profile = await findProfile(configuration.dataDir, nameOrFile);
  if (profile === undefined) throw new FaultError({ kind: 'usage', what: 'no profile named', remedy: 'smearscope calibrate list' });
  if (json === true) {
    io.stdout(`${JSON.stringify(profile)}\n`);
    return undefined;
  }
  const { name, objective, camera, widthPx, heightPx, scale, light, createdAt } = profile;
  const lines = [
    [name, objective].filter(Boolean).join(', '),
    `made ${createdAt} on pictures of ${widthPx}×${heightPx}${camera === '' ? '' : ` of ${camera}`}`,
    ...(scale === undefined ? [] : [scaleLine(scale)]),
    ...(light === undefined ? [] : lightLines(light)),
  ];
  io.stdout(`${lines.join('\n')}\n`);
  return undefined;
};

export const runCalibrateDelete = async ({ profile, ...flags }: Flags, io: CommandIo): Promise<CommandResult> => {
  const { configuration } = await configurationFrom(flags);
  await deleteProfile(configuration.dataDir, profile);
  io.stdout(`deleted ${profile}\n`);
  return undefined;
};
