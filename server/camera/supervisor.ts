import type { FieldReport } from '../../domain/field-report.ts';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { CameraStatus, PictureWish } from '../../domain/wire.ts';
import { createMeasureDesk, NOTHING_SHOWN } from '../calibration/measure-desk.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import { createSessionPlace } from '../sessions/session-place.ts';
import type { Camera, FrameNews, Viewer, ViewerNews } from './camera.ts';
import { type CameraChild, startCameraChild } from './camera-child.ts';
import {
  type CameraNews,
  type CameraSettings,
  type EventNews,
  type ProcessStatus,
  startingStatus,
  type Watched,
} from './camera-messages.ts';
import { createMapMirror } from './map-mirror.ts';
import { createSignalDesk, NOT_THERE, noPublisher } from './signal-desk.ts';

const BACK_OFF_MS = [250, 500, 1000, 2000, 4000, 5000] as const;
/** After this long without a crash the next one is met with the shortest wait again. */
const STEADY_AFTER_MS = 30_000;
/** A process that says nothing for so long hangs; loading a model on a busy machine stays well below. */
const SILENT_AFTER_MS = 20_000;
/** As many as the page keeps. */
const EVENTS_KEPT = 200;

/**
 * Runs a camera in a process of its own and keeps it running: a process that crashes or hangs is replaced after a wait that
 * grows from 0.25 s to 5 s, and the viewers are told why. A source that ended or failed is left so until `open` or `reset`.
 */
export const superviseCamera = (
  id: string,
  firstSource: string,
  firstSettings: CameraSettings,
  onEvent: (cameraId: string, event: EventNews) => void = () => {},
  dataDir?: string,
  firstSession?: string,
): Camera => {
  const viewers = new Map<Viewer, PictureWish>();
  const events: EventNews[] = [];
  const map = createMapMirror();
  const sessions = createSessionPlace(id, dataDir, firstSettings.retentionDays);
  let source = firstSource;
  let settings = firstSettings;
  let own = startingStatus();
  let restarts = 0;
  let crashes = 0;
  let paused = false;
  let closed = false;
  const ledger: LedgerEntry[] = [];
  let report: FieldReport | undefined;
  let latest: FrameNews | undefined;
  let child: CameraChild | undefined;
  let startedAt = 0;
  let heardAt = 0;
  let restartTimer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  const signals = createSignalDesk((order) => child?.send(order));
  const measuring = createMeasureDesk((order) => child?.send(order));

  // What is shown and logged holds no password.
  const status = (): CameraStatus => ({ ...own, id, source: parseSourceAddress(source).label, restarts, session: sessions.current.id });
  const tell = (news: ViewerNews): void => {
    for (const viewer of viewers.keys()) viewer(news);
  };
  const setStatus = (next: ProcessStatus): void => {
    own = next;
    tell({ type: 'status', status: status() });
  };
  const takeEvent = (event: EventNews): void => {
    events.push(event);
    if (events.length > EVENTS_KEPT) events.shift();
    onEvent(id, event);
    tell(event);
  };
  const watched = (): Watched => {
    const wishes = new Set(viewers.values());
    return { jpeg: wishes.has('jpeg'), video: wishes.has('webcodecs') };
  };
  const tellEvent = (level: EventNews['level'], text: string): void => {
    const event: EventNews = { type: 'event', at: Date.now(), level, text: text.slice(0, 500) };
    takeEvent(event);
  };
  const forget = (crashed = false): void => {
    report = undefined;
    latest = undefined;
    ledger.length = 0;
    if (crashed) map.suspend();
    else map.clear();
    for (const news of map.whole()) tell(news);
  };

  const take = (news: CameraNews): void => {
    heardAt = performance.now();
    switch (news.type) {
      case 'status':
        setStatus(news.status);
        if (news.status.state === 'ended' || news.status.state === 'failed') void retire();
        return;
      case 'frame':
        report = news.report;
        // Nobody can begin to look in the middle of the coded stream; a JPEG stands by itself.
        if (news.picture !== undefined) latest = { ...news, video: undefined };
        if (news.picture !== undefined || news.video !== undefined) tell(news);
        return;
      case 'map':
        map.apply(news);
        tell(news);
        return;
      case 'ledger':
        // After a reset the next entry is the first; what was still on its way belongs to what is forgotten.
        if (news.entries[0]!.n - 1 > ledger.length) return;
        ledger.splice(news.entries[0]!.n - 1);
        ledger.push(...news.entries);
        return;
      case 'event':
        takeEvent(news);
        return;
      case 'signal':
        signals.settle(news.number, news.reply);
        return;
      case 'measured':
        measuring.settle(news.number, news.answer);
        return;
      case 'alive':
        return;
      default:
        news satisfies never;
    }
  };

  const start = (): void => {
    startedAt = performance.now();
    heardAt = startedAt;
    const started = startCameraChild({
      onNews: (news) => {
        if (child === started) take(news);
      },
      onGarbled: (what) => {
        if (child === started) tellEvent('error', `a message of the camera process was dropped: ${what}`);
      },
      onExit: (how) => {
        if (child === started) crashed(how);
      },
    });
    child = started;
    started.send({ type: 'open', source, settings, session: sessions.current });
    started.send({ type: 'watch', watched: watched() });
    if (paused) started.send({ type: 'pause' });
  };

  /** Lets the present process go; what it says from now on counts no more. */
  const retire = async (): Promise<void> => {
    clearTimeout(restartTimer);
    signals.giveUp();
    measuring.giveUp();
    const old = child;
    child = undefined;
    await old?.end();
  };

  const crashed = (how: string): void => {
    child = undefined;
    signals.giveUp();
    measuring.giveUp();
    crashes = performance.now() - startedAt > STEADY_AFTER_MS ? 0 : crashes;
    const waitMs = BACK_OFF_MS[Math.min(crashes, BACK_OFF_MS.length - 1)]!;
    crashes++;
    restarts++;
    forget(true);
    setStatus({ ...startingStatus(), state: 'restarting', reason: `the camera process stopped unexpectedly (${how})`.slice(0, 500) });
    tellEvent(
      'error',
      `camera process stopped unexpectedly (${how}); counting goes on in ${waitMs / 1000} s with the map of some seconds ago`,
    );
    restartTimer = setTimeout(() => {
      if (!closed) start();
    }, waitMs);
  };

  const begin = (session?: string): void => {
    forget();
    sessions.next(session);
    setStatus(startingStatus());
    start();
  };

  const open = (nextSource: string, nextSettings: CameraSettings, session?: string): Promise<void> => {
    // One after the other: two processes must not hold one device.
    turn = turn.then(async () => {
      await retire();
      source = nextSource;
      settings = nextSettings;
      paused = false;
      crashes = 0;
      if (!closed) begin(session);
    });
    return turn;
  };

  const watchdog = setInterval(() => {
    if (child === undefined || performance.now() - heardAt < SILENT_AFTER_MS) return;
    tellEvent('error', `camera process said nothing for ${SILENT_AFTER_MS / 1000} s and is ended`);
    heardAt = performance.now();
    child.kill();
  }, 1000);

  begin(firstSession);

  return {
    id,
    get status() {
      return status();
    },
    get report() {
      return report;
    },
    get ledger() {
      return ledger;
    },
    get viewers() {
      return viewers.size;
    },
    get pid() {
      return child?.pid;
    },
    open,
    pause: () => {
      paused = true;
      child?.send({ type: 'pause' });
    },
    resume: () => {
      paused = false;
      child?.send({ type: 'resume' });
    },
    changeModel: () => child?.send({ type: 'model' }),
    record: (on) => child?.send({ type: 'record', on }),
    reset: () => {
      const over = own.state === 'ended' || own.state === 'failed';
      // A scale that could not be measured is measured anew.
      if (over || own.umPerPxFrom === 'bundle') void open(source, settings);
      else {
        ledger.length = 0;
        child?.send({ type: 'reset', session: sessions.next() });
        setStatus(own);
      }
    },
    watch: (viewer, pictures = 'jpeg') => {
      if (!viewers.has(viewer)) {
        viewer({ type: 'status', status: status() });
        for (const news of map.whole()) viewer(news);
        for (const event of events) viewer(event);
        if (latest !== undefined) viewer(latest);
      }
      viewers.set(viewer, pictures);
      child?.send({ type: 'watch', watched: watched() });
      if (pictures === 'webcodecs') child?.send({ type: 'keyframe' });
      return () => {
        if (viewers.delete(viewer)) child?.send({ type: 'watch', watched: watched() });
      };
    },
    signal: (call) => {
      if (call.role === 'whip' && parseSourceAddress(source).kind !== 'whip') return Promise.resolve(noPublisher(call));
      return child === undefined ? Promise.resolve(NOT_THERE) : signals.ask(call);
    },
    measure: (request) => (child === undefined ? Promise.resolve(NOTHING_SHOWN) : measuring.ask(request)),
    askForKeyframe: () => child?.send({ type: 'keyframe' }),
    close: async () => {
      closed = true;
      clearInterval(watchdog);
      viewers.clear();
      await retire();
      sessions.close();
    },
  };
};
