import type { SourceAddress } from './source-address.ts';
import { sourceFault } from './source-fault.ts';

/** What FFmpeg is asked to open, and how. */
export type MediaTarget = {
  readonly kind: 'file' | 'url' | 'device';
  readonly url: string;
  /** Name of the input format, for devices. */
  readonly format?: string;
  readonly options: Readonly<Record<string, string>>;
  /** What may be shown and logged. */
  readonly label: string;
  /** It happens now and cannot be read faster. A url may turn out to be a clip. */
  readonly live: boolean;
};

/** Containers of pictures over time. Playlists (hls, concat, dash) are left out: a file must not open other files. */
const CONTAINERS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,h264,hevc,m4v,mjpeg,yuv4mpegpipe,ivf,mxf,nut,gif,apng,obu,av1,dv,vc1,wtv,rm';

const SOCKET_TIMEOUT_US = '5000000';

const URL_OPTIONS = {
  rtsp: { protocol_whitelist: 'rtsp,rtsps,rtp,srtp,udp,tcp,tls', rtsp_flags: 'prefer_tcp', timeout: SOCKET_TIMEOUT_US },
  rtsps: { protocol_whitelist: 'rtsp,rtsps,rtp,srtp,udp,tcp,tls', rtsp_flags: 'prefer_tcp', timeout: SOCKET_TIMEOUT_US },
  rtmp: { protocol_whitelist: 'rtmp,tcp', rw_timeout: SOCKET_TIMEOUT_US },
  rtmps: { protocol_whitelist: 'rtmps,tls,tcp', rw_timeout: SOCKET_TIMEOUT_US },
  srt: { protocol_whitelist: 'srt,udp' },
  http: { protocol_whitelist: 'http,https,httpproxy,tls,tcp,crypto', rw_timeout: SOCKET_TIMEOUT_US },
  https: { protocol_whitelist: 'https,httpproxy,tls,tcp,crypto', rw_timeout: SOCKET_TIMEOUT_US },
} as const;

type Device = { readonly format: string; readonly url: string };

const NUMBER = /^\d+$/;

const device = (name: string, label: string): Device => {
  switch (process.platform) {
    case 'linux': {
      const path = NUMBER.test(name) ? `/dev/video${name}` : name.startsWith('/') ? name : `/dev/${name}`;
      if (!/^\/dev\/(video\d+|v4l\/[\w./:-]+)$/.test(path) || path.includes('..')) {
        throw sourceFault(label, 'not the name of a camera', 'write camera:0 or camera:/dev/video0; smearscope doctor lists the cameras');
      }
      return { format: 'v4l2', url: path };
    }
    case 'darwin':
      return { format: 'avfoundation', url: `${name.replaceAll(':', '')}:none` };
    case 'win32':
      return { format: 'dshow', url: `video=${name.replaceAll(/[:="]/g, '')}` };
    default:
      throw sourceFault(label, `cameras are not supported on ${process.platform}`, 'use a stream or a file');
  }
};

/** How FFmpeg opens a file, url or camera: each kind may use its own protocols alone. Faults: `source` for a camera that cannot be. */
export const mediaTarget = (address: Extract<SourceAddress, { kind: 'path' | 'url' | 'camera' }>): MediaTarget => {
  const { label } = address;
  switch (address.kind) {
    case 'path':
      return {
        kind: 'file',
        url: `file:${address.path}`,
        options: { protocol_whitelist: 'file', format_whitelist: CONTAINERS },
        label,
        live: false,
      };
    case 'url':
      return { kind: 'url', url: address.url, options: URL_OPTIONS[address.protocol], label, live: true };
    case 'camera': {
      const options = {
        ...(address.size === undefined ? {} : { video_size: address.size }),
        ...(address.framesPerSecond === undefined ? {} : { framerate: String(address.framesPerSecond) }),
      };
      return { kind: 'device', ...device(address.name, label), options, label, live: true };
    }
    default:
      return address satisfies never;
  }
};
