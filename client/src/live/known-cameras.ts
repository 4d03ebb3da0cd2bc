import { cameraStatus } from '../../../domain/wire.ts';
import { askApi } from './ask-api.ts';

/** Ids of the service's cameras; empty where it has none or cannot be asked. */
export const knownCameras = async (): Promise<readonly string[]> => {
  try {
    const statuses = cameraStatus.array().parse(await askApi('GET', '/api/cameras'));
    return statuses.map(({ id }) => id);
  } catch {
    return [];
  }
};
