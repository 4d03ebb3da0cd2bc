import { type Measured, type MeasureRequest, measured, type ProfileSummary, profileSummary } from '../../../domain/calibration-measure.ts';
import { type CalibrationDraft, type CalibrationProfile, calibrationProfile } from '../../../domain/calibration-profile.ts';
import { authorization } from '../live/access.ts';
import { askApi } from '../live/ask-api.ts';

const cameraPath = (cameraId: string): string => `/api/cameras/${encodeURIComponent(cameraId)}/calibration`;

export const listProfiles = async (): Promise<readonly ProfileSummary[]> =>
  profileSummary.array().parse(await askApi('GET', '/api/calibration'));

export const readProfile = async (name: string): Promise<CalibrationProfile> =>
  calibrationProfile.parse(await askApi('GET', '/api/calibration/{name}', { path: { name } }));

export const saveProfile = (draft: CalibrationDraft, replace: boolean): Promise<unknown> =>
  askApi('POST', '/api/calibration', { body: { ...draft, replace } });

export const renameProfile = (name: string, next: string): Promise<unknown> =>
  askApi('POST', '/api/calibration/{name}/name', { path: { name }, body: { name: next } });

export const deleteProfile = (name: string): Promise<unknown> => askApi('DELETE', '/api/calibration/{name}', { path: { name } });

/** Has a camera use a profile, or none; its count begins anew. */
export const applyProfile = (cameraId: string, name: string): Promise<unknown> =>
  askApi('POST', '/api/cameras/{id}/calibration', { path: { id: cameraId }, body: { name } });

/** Measures on the camera's next pictures; gives the picture of that moment too, to be closed by whoever takes it. */
export const measureOn = async (
  cameraId: string,
  what: MeasureRequest['what'],
): Promise<{ readonly found: Measured; readonly picture: ImageBitmap }> => {
  const found = measured.parse(await askApi('POST', '/api/cameras/{id}/calibration/measure', { path: { id: cameraId }, body: { what } }));
  const answer = await fetch(`${cameraPath(cameraId)}/picture`, { headers: authorization() });
  if (!answer.ok) throw new Error('The picture of the measurement is gone; measure again');
  return { found, picture: await createImageBitmap(await answer.blob()) };
};
