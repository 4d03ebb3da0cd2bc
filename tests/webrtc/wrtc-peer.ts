import wrtc from '@roamhq/wrtc';
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
const { RTCPeerConnection, nonstandard } = wrtc as unknown as {
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
  /** Shows smaller pictures from now on, or the usual ones again. */
  shrink(share: number): void;
};

export const WIDTH_PX = 640;
export const HEIGHT_PX = 360;

const picture = (index: number, widthPx: number, heightPx: number): Uint8Array => {
  const bytes = new Uint8Array((widthPx * heightPx * 3) / 2).fill(128);
  for (let y = 0; y < heightPx; y++) {
    if (y > 0 && y !== heightPx / 2) bytes.copyWithin(y * widthPx, (y - 1) * widthPx, y * widthPx);
    else for (let x = 0; x < widthPx; x++) bytes[y * widthPx + x] = stripeLuma(index, x, y, widthPx, heightPx);
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
  let share = 1;
  const timer = setInterval(() => {
    const [width, height] = [WIDTH_PX * share, HEIGHT_PX * share];
    source.onFrame({ width, height, data: picture(shown, width, height) });
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
    shrink: (next) => {
      share = next;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      track.stop();
      connection.close();
    },
  };
};
