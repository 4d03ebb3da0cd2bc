import type { Configuration } from '../../domain/configuration.ts';
import type { WebrtcSettings } from './webrtc-connection.ts';

/** The configuration's keys for WebRTC as the connections want them. */
export const webrtcSettings = (configuration: Pick<Configuration, 'webrtcPorts' | 'webrtcAddress' | 'webrtcMbps'>): WebrtcSettings => {
  const [first, last] = configuration.webrtcPorts?.split('-').map(Number) ?? [];
  return {
    ports: first === undefined || last === undefined ? undefined : [first, last],
    address: configuration.webrtcAddress,
    bitrate: configuration.webrtcMbps * 1e6,
  };
};
