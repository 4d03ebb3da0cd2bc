import { cameraStatus } from '../../../domain/wire.ts';
import { callApi } from './access.ts';

/** Ids of the service's cameras; empty where it has none or cannot be asked. */
export const knownCameras = async (): Promise<readonly string[]> => {
  try {
    const statuses = cameraStatus.array().parse(await callApi('GET', '/api/cameras'));
    return statuses.map(({ id }) => id);
  } catch {
    return [];
  }
};
