import { randomUUID } from 'node:crypto';
import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import type { OnSourceEvent } from './source-event.ts';
import type { WebrtcSettings } from './webrtc-connection.ts';
import { isRefusal, readOffer } from './webrtc-offer.ts';
import { openPublisher, type WebrtcPublisher } from './webrtc-publisher.ts';
import { patchConnection } from './webrtc-resource.ts';
import { refuseSignal, type SignalCall, type SignalReply } from './webrtc-signal.ts';
import { createWebrtcStage } from './webrtc-stage.ts';

export type RoomPorts = {
  readonly pool: FramePool;
  readonly onEvent: OnSourceEvent;
  /** Takes each frame over. */
  readonly take: (frame: Frame) => void;
  /** Milliseconds on the clock of the frames. */
  readonly now: () => number;
};

/** Who publishes to a camera: one at a time, each taking the place of the one before it. */
export type WebrtcRoom = {
  /** Says once more who is there. */
  tell(): void;
  answer(call: SignalCall): Promise<SignalReply>;
  close(): Promise<void>;
};

/** A publisher that sends nothing for so long is dead: another may take its place. */
export const DEAD_AFTER_MS = 2000;
/** A publisher that has not sent anything yet has this long to get through. */
const CONNECT_WITHIN_MS = 5000;
/** A silent publisher may come back by itself or by an ICE restart for this long. */
/** A publisher that sends and gives no whole picture for so long is told of. */
const BLIND_AFTER_MS = 4000;
const FORGET_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 250;
const WAITING = 'waiting for a publisher';

type Present = {
  readonly resource: string;
  readonly publisher: WebrtcPublisher;
  readonly openedAt: number;
  /** Pictures at the last look, and when there were more than before. */
  readonly pictures: number;
  readonly pictureAt: number;
  /** Whether it was said that only pieces come. */
  readonly blind: boolean;
};

/** What came of a publisher, in one line. */
const summary = ({ publisher, openedAt }: Present): string => {
  const { packets, bytes, pictures, asked, givenUp } = publisher.counters;
  const seconds = Math.max(0.001, (publisher.heardAt - openedAt) / 1000);
  return `${seconds.toFixed(0)} s, ${pictures} pictures, ${((8e-6 * bytes) / seconds).toFixed(1)} Mbit/s, of ${packets} packets ${asked} asked for again and ${givenUp} lost`;
};

export const createWebrtcRoom = (settings: WebrtcSettings, ports: RoomPorts): WebrtcRoom => {
  const { onEvent } = ports;
  const stage = createWebrtcStage(ports);
  let present: Present | undefined;
  let waiting = true;
  let turn: Promise<unknown> = Promise.resolve();

  const isAlive = ({ publisher, openedAt }: Present): boolean => {
    const { state } = publisher.connection;
    if (state === 'failed' || state === 'closed') return false;
    const silentMs = performance.now() - publisher.heardAt;
    return publisher.counters.packets > 0 ? silentMs < DEAD_AFTER_MS : performance.now() - openedAt < CONNECT_WITHIN_MS;
  };
  const wait = (reason: string): void => {
    waiting = true;
    onEvent({ type: 'waiting', reason });
  };
  const leave = async (why: string): Promise<void> => {
    const gone = present;
    present = undefined;
    if (gone === undefined) return;
    await gone.publisher.close();
    onEvent({ type: 'info', text: `${why} (${summary(gone)})` });
    wait(WAITING);
  };

  const look = (): void => {
    if (present === undefined) return;
    const now = performance.now();
    const { publisher } = present;
    const { pictures, asked } = publisher.counters;
    if (pictures > present.pictures) present = { ...present, pictures, pictureAt: now };
    const { state } = publisher.connection;
    const silentMs = now - publisher.heardAt;
    const blindMs = now - present.pictureAt;
    if (state === 'closed' || state === 'failed' || silentMs > FORGET_AFTER_MS) void leave('the publisher is gone');
    else if (blindMs < DEAD_AFTER_MS) waiting = present.pictures === 0;
    else if (!waiting && silentMs > DEAD_AFTER_MS) wait(`${WAITING}: nothing came for ${DEAD_AFTER_MS / 1000} s`);
    else if (blindMs > BLIND_AFTER_MS && silentMs < DEAD_AFTER_MS && asked > 0 && !present.blind) {
      present = { ...present, blind: true };
      wait(`${WAITING} whose packets get through: many are lost, and no whole picture came for ${BLIND_AFTER_MS / 1000} s`);
    }
  };

  const publish = async (sdp: string): Promise<SignalReply> => {
    const offer = readOffer(sdp, 'service');
    if (isRefusal(offer)) return offer;
    if (present !== undefined && isAlive(present))
      return {
        ...refuseSignal(409, 'another publisher sends to this camera: end it, or wait until it is silent for 2 s'),
        retryAfterS: DEAD_AFTER_MS / 1000,
      };
    if (present !== undefined) await leave('another publisher takes the place of a silent one');
    try {
      const publisher = await openPublisher(offer, settings, (picture) => stage.push(picture));
      const now = performance.now();
      present = { resource: randomUUID(), publisher, openedAt: now, pictures: 0, pictureAt: now, blind: false };
      stage.begin(offer.codec, () => publisher.askForKeyframe());
      onEvent({ type: 'info', text: `a publisher comes, with ${offer.codec.name}` });
      return { status: 201, sdp: publisher.connection.answer, resource: present.resource, etag: publisher.connection.etag };
    } catch (error) {
      return refuseSignal(422, `the offer cannot be answered (${String(error).slice(0, 160)}): check the SDP`);
    }
  };
  /** One after the other, so that two offers cannot both find the place empty. */
  const inTurn = (work: () => Promise<SignalReply>): Promise<SignalReply> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };

  wait(WAITING);
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    tell: () => {
      if (waiting) wait(WAITING);
    },
    answer: (call) => {
      if (call.do === 'offer') return inTurn(() => publish(call.sdp));
      return inTurn(async () => {
        if (present?.resource !== call.resource)
          return refuseSignal(404, 'no such publisher: it ended, or the camera began anew; publish again');
        if (call.do === 'patch') return await patchConnection(present.publisher.connection, call.fragment, call.ifMatch);
        await leave('the publisher ended');
        return { status: 200 };
      });
    },
    close: async () => {
      clearInterval(timer);
      await leave('the camera is closed');
      stage.close();
    },
  };
};
