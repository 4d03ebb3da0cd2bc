import { type Measured, type MeasureRequest, measured, type ProfileSummary, profileSummary } from '../../../domain/calibration-measure.ts';
import { type CalibrationDraft, type CalibrationProfile, calibrationProfile } from '../../../domain/calibration-profile.ts';
import { authorization, callApi } from '../live/access.ts';

const profilePath = (name: string): string => `/api/calibration/${encodeURIComponent(name)}`;
const cameraPath = (cameraId: string): string => `/api/cameras/${encodeURIComponent(cameraId)}/calibration`;

export const listProfiles = async (): Promise<readonly ProfileSummary[]> =>
  profileSummary.array().parse(await callApi('GET', '/api/calibration'));

export const readProfile = async (name: string): Promise<CalibrationProfile> =>
  calibrationProfile.parse(await callApi('GET', profilePath(name)));

export const saveProfile = (draft: CalibrationDraft, replace: boolean): Promise<unknown> =>
  callApi('POST', '/api/calibration', { ...draft, replace });

export const renameProfile = (name: string, next: string): Promise<unknown> => callApi('POST', `${profilePath(name)}/name`, { name: next });

export const deleteProfile = (name: string): Promise<unknown> => callApi('DELETE', profilePath(name));

/** Has a camera use a profile, or none; its count begins anew. */
export const applyProfile = (cameraId: string, name: string): Promise<unknown> => callApi('POST', cameraPath(cameraId), { name });

/** Measures on the camera's next pictures; gives the picture of that moment too, to be closed by whoever takes it. */
export const measureOn = async (
  cameraId: string,
  what: MeasureRequest['what'],
): Promise<{ readonly found: Measured; readonly picture: ImageBitmap }> => {
  const found = measured.parse(await callApi('POST', `${cameraPath(cameraId)}/measure`, { what }));
  const answer = await fetch(`${cameraPath(cameraId)}/picture`, { headers: authorization() });
  if (!answer.ok) throw new Error('The picture of the measurement is gone; measure again');
  return { found, picture: await createImageBitmap(await answer.blob()) };
};
