import { createRequire } from 'node:module';
import { stripeLuma } from '../ingest/make-clip.ts';

type Track = { stop(): void };
type VideoSource = { createTrack(): Track; onFrame(frame: { width: number; height: number; data: Uint8Array }): void };
type Description = { readonly type: string; readonly sdp: string };
/** What is used here of a browser's connection; the package's own types need those of a browser. */
type PeerConnection = {
  readonly connectionState: string;
  readonly localDescription: Description | null;
  addTransceiver(track: Track, init: { direction: string }): void;
  createOffer(options: { iceRestart: boolean }): Promise<Description>;
  setLocalDescription(description: Description): Promise<void>;
  setRemoteDescription(description: Description): Promise<void>;
  close(): void;
};
const { RTCPeerConnection, nonstandard } = createRequire(import.meta.url)('@roamhq/wrtc') as {
  RTCPeerConnection: new () => PeerConnection;
  nonstandard: { RTCVideoSource: new () => VideoSource };
};

/** libwebrtc as a publisher: shows pictures that tell their number, 30 a second. */
export type WrtcPeer = AsyncDisposable & {
  readonly connection: PeerConnection;
  /** The offer with all its candidates. */
  offer(restart?: boolean): Promise<string>;
  accept(answer: string): Promise<void>;
  /** Pictures shown so far. */
  readonly shown: number;
};

export const WIDTH_PX = 640;
export const HEIGHT_PX = 360;

const picture = (index: number): Uint8Array => {
  const bytes = new Uint8Array((WIDTH_PX * HEIGHT_PX * 3) / 2).fill(128);
  for (let y = 0; y < HEIGHT_PX; y++) {
    if (y > 0 && y !== HEIGHT_PX / 2) bytes.copyWithin(y * WIDTH_PX, (y - 1) * WIDTH_PX, y * WIDTH_PX);
    else for (let x = 0; x < WIDTH_PX; x++) bytes[y * WIDTH_PX + x] = stripeLuma(index, x, y, WIDTH_PX, HEIGHT_PX);
  }
  return bytes;
};

/** `codec` is preferred where it is given. */
export const createWrtcPeer = (codec?: string): WrtcPeer => {
  const connection = new RTCPeerConnection();
  const source = new nonstandard.RTCVideoSource();
  const track = source.createTrack();
  connection.addTransceiver(track, { direction: 'sendonly' });
  let shown = 0;
  const timer = setInterval(() => {
    source.onFrame({ width: WIDTH_PX, height: HEIGHT_PX, data: picture(shown) });
    shown++;
  }, 1000 / 30);
  /** The codec's payload types first; this build of libwebrtc cannot be told by `setCodecPreferences`. */
  const preferring = (sdp: string): string => {
    if (codec === undefined) return sdp;
    const wanted = [...sdp.matchAll(/^a=rtpmap:(\d+) (\S+)\/90000/gm)].filter(([, , name]) => name === codec).map(([, type]) => type!);
    return sdp.replace(/^(m=video \S+ \S+) (.*)$/m, (_, head: string, types: string) => {
      const others = types.split(' ').filter((type) => !wanted.includes(type));
      return `${head} ${[...wanted, ...others].join(' ')}`;
    });
  };
  return {
    connection,
    offer: async (restart = false) => {
      await connection.setLocalDescription(await connection.createOffer({ iceRestart: restart }));
      return preferring(connection.localDescription!.sdp);
    },
    accept: (answer) => connection.setRemoteDescription({ type: 'answer', sdp: answer }),
    get shown() {
      return shown;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      track.stop();
      connection.close();
    },
  };
};
