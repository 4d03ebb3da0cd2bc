import { DeviceAPI } from 'node-av/api';
import type { SourceOffer } from '../../domain/wire.ts';

/** Cameras that are plugged in, as the source picker offers them; none where the system names none. */
export const listCameras = async (): Promise<readonly SourceOffer[]> => {
  const devices = await DeviceAPI.list();
  return devices
    .filter((device) => device.type === 'video')
    .map(({ name, description }) => ({ kind: 'camera', address: `camera:${name}`, label: (description || name).slice(0, 200) }));
};
