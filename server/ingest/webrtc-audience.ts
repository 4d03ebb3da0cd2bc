import { randomUUID } from 'node:crypto';
import type { Frame } from '../../domain/frame.ts';
import type { DrawnBox } from './draw-boxes.ts';
import type { WebrtcSettings } from './webrtc-connection.ts';
import { openWebrtcEncoder, type PlayerCodec, type WebrtcEncoder } from './webrtc-encoder.ts';
import { isRefusal, readOffer } from './webrtc-offer.ts';
import { openPlayer, type WebrtcPlayer } from './webrtc-player.ts';
import { patchConnection } from './webrtc-resource.ts';
import { refuseSignal, type SignalCall, type SignalReply } from './webrtc-signal.ts';

/** Who looks on over WebRTC. */
export type WebrtcAudience = {
  answer(call: SignalCall): Promise<SignalReply>;
  /** Sends a frame to all; encoded once for each codec that somebody takes. Borrows the frame until the promise settles. One call at a time. */
  show(frame: Frame, boxes: readonly DrawnBox[]): Promise<void>;
  close(): Promise<void>;
};

const MOST_PLAYERS = 16;
const GONE_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 1000;
/** However many begin to look, the stream is not made of key pictures. */
const KEYFRAME_AT_MOST_EVERY_MS = 400;
const KEYFRAME_EVERY_MS = 4000;

export const createWebrtcAudience = (settings: WebrtcSettings, onPlayers: (players: number) => void): WebrtcAudience => {
  const players = new Map<string, WebrtcPlayer>();
  const encoders = new Map<PlayerCodec, { encoder: WebrtcEncoder; keyAtMs: number; wished: boolean }>();

  const leave = async (resource: string): Promise<void> => {
    const player = players.get(resource);
    players.delete(resource);
    onPlayers(players.size);
    await player?.close();
  };
  const timer = setInterval(() => {
    for (const [resource, { connection, heardAt }] of players)
      if (connection.state === 'closed' || connection.state === 'failed' || performance.now() - heardAt > GONE_AFTER_MS)
        void leave(resource);
  }, LOOK_EVERY_MS);

  const open = async (sdp: string): Promise<SignalReply> => {
    const offer = readOffer(sdp, 'player');
    if (isRefusal(offer)) return offer;
    if (players.size >= MOST_PLAYERS)
      return { ...refuseSignal(503, `${MOST_PLAYERS} players look on already: end one of them`), retryAfterS: 10 };
    try {
      const player = await openPlayer(offer, settings);
      const resource = randomUUID();
      players.set(resource, player);
      onPlayers(players.size);
      return { status: 201, sdp: player.connection.answer, resource, etag: player.connection.etag };
    } catch (error) {
      return refuseSignal(422, `the offer cannot be answered (${String(error).slice(0, 160)}): check the SDP`);
    }
  };

  const encoderFor = async (codec: PlayerCodec, frame: Frame) => {
    const present = encoders.get(codec);
    if (present?.encoder.fits(frame)) return present;
    present?.encoder[Symbol.dispose]();
    encoders.delete(codec);
    const made = { encoder: await openWebrtcEncoder(codec, frame), keyAtMs: Number.NEGATIVE_INFINITY, wished: true };
    encoders.set(codec, made);
    return made;
  };
  const dropIdle = (): void => {
    const taken = new Set([...players.values()].map(({ codec }) => codec));
    for (const [codec, { encoder }] of encoders) {
      if (taken.has(codec)) continue;
      encoder[Symbol.dispose]();
      encoders.delete(codec);
    }
  };

  return {
    answer: async (call) => {
      if (call.do === 'offer') return await open(call.sdp);
      const player = players.get(call.resource);
      if (player === undefined) return refuseSignal(404, 'no such player: it ended, or the camera began anew; ask to play again');
      if (call.do === 'patch') return await patchConnection(player.connection, call.fragment, call.ifMatch);
      await leave(call.resource);
      return { status: 200 };
    },
    show: async (frame, boxes) => {
      dropIdle();
      for (const codec of new Set([...players.values()].map((player) => player.codec))) {
        const coded = await encoderFor(codec, frame);
        const audience = [...players.values()].filter((player) => player.codec === codec);
        for (const player of audience) if (player.takeWish()) coded.wished = true;
        const sinceKeyMs = frame.capturedAtMs - coded.keyAtMs;
        const asKeyframe = sinceKeyMs >= (coded.wished ? KEYFRAME_AT_MOST_EVERY_MS : KEYFRAME_EVERY_MS);
        if (asKeyframe) {
          coded.keyAtMs = frame.capturedAtMs;
          coded.wished = false;
        }
        const picture = await coded.encoder.encode(frame, boxes, asKeyframe);
        for (const player of audience) player.send(picture, frame.capturedAtMs);
      }
    },
    close: async () => {
      clearInterval(timer);
      await Promise.all([...players.keys()].map(leave));
      dropIdle();
    },
  };
};
