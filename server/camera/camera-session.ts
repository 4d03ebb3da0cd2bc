import { createLightCorrection } from '../../calibration/correct-light.ts';
import type { MeasureRequest } from '../../domain/calibration-measure.ts';
import { faultLine, isFault } from '../../domain/fault.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Engine } from '../../models/engine.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { SavedSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import { correctFrames } from '../calibration/correct-frames.ts';
import { createMeasurer } from '../calibration/measurer.ts';
import { knownScale, measuredScale, profileScale, type Scale } from '../find-scale.ts';
import { specimenOf } from '../find-specimen.ts';
import { createJpegEncoder } from '../ingest/jpeg-encoder.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import type { WebrtcInlet } from '../ingest/webrtc-inlet.ts';
import type { WebrtcOutlet } from '../ingest/webrtc-outlet.ts';
import type { SessionOrder } from '../sessions/session-place.ts';
import { type CameraSettings, type ProcessStatus, startingStatus, type Watched } from './camera-messages.ts';
import { createModelChanger } from './change-model.ts';
import { createCheckpoint } from './checkpoint.ts';
import { type Counting, startCounting } from './counting.ts';
import { createDiskVoice } from './disk-voice.ts';
import { createSourceListener } from './heed-source.ts';
import { createKeyframePictures } from './keyframe-pictures.ts';
import { createLedgerTeller, type LedgerTeller } from './ledger-teller.ts';
import { createLiveStatistics, type LiveStatistics } from './live-statistics.ts';
import { createMapTeller, type MapTeller } from './map-teller.ts';
import { createNewestFrames } from './newest-frames.ts';
import type { NewsChannel } from './news-channel.ts';
import { type Playing, playSource } from './play-source.ts';
import { createPreview } from './preview.ts';
import { createSessionKeeper, modelOf } from './session-keeper.ts';
import { shiftFrame } from './shift-frame.ts';
import { createVideoEncoder } from './video-encoder.ts';

/** One source being counted in this process. */
export type CameraSession = {
  pause(): void;
  resume(): void;
  /** Clears the slide map; the source goes on. */
  reset(session?: SessionOrder): void;
  record(on: boolean): void;
  watch(watched: Watched): void;
  askForKeyframe(): void;
  measure(number: number, request: MeasureRequest): void;
  /** Takes up the bundle that the model's name stands for now. */
  changeModel(): void;
  close(): Promise<void>;
};

/** Width of a keyframe's picture on the map. */
const THUMBNAIL_PX = 320;
const MAP_EVERY_MS = 250;

/**
 * Loads the model, plays the source, counts what it shows and tells `server` all of it, and keeps it in the session.
 * A fault of the source or the model ends in the state `failed`; whatever else goes wrong ends the process, which the server starts anew.
 */
export const startCameraSession = (
  source: string,
  settings: CameraSettings,
  server: NewsChannel,
  session?: SessionOrder,
  webrtc?: { readonly inlet: WebrtcInlet; readonly outlet: WebrtcOutlet },
): CameraSession => {
  const stop = new AbortController();
  const keeper = createSessionKeeper(session, {
    settings,
    server,
    tellEvent: (level, text) => tellEvent(level, text),
    onRecording: (recording) => become({ recording }),
  });
  const { channel } = keeper;
  /** How far the session had come before. */
  let before = { nextFrame: 0, nextMs: 0 };
  const pool = createFramePool();
  const encoder = createJpegEncoder({ quality: settings.previewQuality, maxWidthPx: settings.previewWidthPx });
  const thumbnails = createJpegEncoder({ quality: 70, maxWidthPx: THUMBNAIL_PX });
  let mapTeller: MapTeller | undefined;
  let ledgerTeller: LedgerTeller | undefined;
  let liveStatistics: LiveStatistics | undefined;
  let playing: Playing | undefined;
  let counting: Counting | undefined;
  const sampled = createNewestFrames();
  const { profile, searchIn: _folders, ...plainSettings } = settings;
  const correct = profile?.light && createLightCorrection(profile.light);
  let measuring: Engine | undefined;
  const measurer = createMeasurer(
    pool,
    () => measuring,
    (number, answer) => channel.tell({ type: 'measured', number, answer }),
  );
  let paused = false;
  let shown: FieldReport | undefined;
  /** What is reported now is what stays on the screen. */
  let finishing = false;
  let status: ProcessStatus = {
    ...startingStatus(),
    reason: 'loading the model',
    ...(profile === undefined ? {} : { calibration: profile.name }),
  };

  const become = (change: Partial<ProcessStatus>): void => {
    status = { ...status, ...change };
    channel.tell({ type: 'status', status });
  };
  const tellEvent = createDiskVoice((level, text) => {
    channel.tell({ type: 'event', at: Date.now(), level, text: text.slice(0, 500) });
  });
  const models = createModelChanger({
    settings,
    tellEvent,
    signal: stop.signal,
    onChanged: ({ name, card }, reason, former) => {
      become({ model: `${card.name} ${card.version}`, engine: name, engineReason: reason.slice(0, 300) });
      keeper.changeModel(modelOf(card), name, { ...modelOf(former), untilMs: latestMs });
    },
  });
  const openCheckpoint = (order: SessionOrder | undefined) =>
    order && createCheckpoint(order.map, (error) => tellEvent('warning', `the slide map could not be kept: ${String(error)}`));
  let checkpoint = openCheckpoint(session);
  const keyframePictures = createKeyframePictures(session?.folder, (error) =>
    tellEvent('warning', `large pictures of the slide could not be kept: ${String(error)}`),
  );
  let latestMs = 0;
  const video = createVideoEncoder({ maxWidthPx: settings.previewWidthPx });
  const nowMs = (): number => before.nextMs + (playing?.sinceOpenMs() ?? 0);
  const preview = createPreview({ jpeg: encoder, video }, channel, nowMs);

  const listener = createSourceListener({
    become,
    tellEvent,
    isPaused: () => paused,
    isAwaited: () => status.state === 'reconnecting' && counting === undefined,
    nowMs,
  });

  const show = (frame: Frame, report: FieldReport): void => {
    if (status.state !== 'running' && !paused && frame.capturedAtMs >= listener.quietSinceMs) {
      become({ state: 'running', reason: '' });
      tellEvent('info', 'frames arrive');
    }
    latestMs = frame.capturedAtMs;
    mapTeller?.see(frame, report);
    if (report.keyframe !== undefined && !keeper.full) keyframePictures.keep(frame, report.keyframe);
    keeper.see(frame, report);
    const counted = liveStatistics?.(report) ?? report;
    const told = { ...counted, stageMs: { ...counted.stageMs, record: keeper.meanMs } };
    const { dropped } = listener;
    shown = dropped === 0 ? told : { ...told, frames: { ...told.frames, dropped: { ...told.frames.dropped, source: dropped } } };
    if (finishing) preview.showStill(frame, shown);
    else preview.show(frame, shown);
    webrtc?.outlet.show(frame, shown);
  };

  const fail = (error: unknown): void => {
    if (stop.signal.aborted) return;
    if (!isFault(error) || error.fault.kind === 'internal') {
      console.error(error);
      process.exit(1);
    }
    become({ state: 'failed', reason: faultLine(error.fault).slice(0, 500) });
  };

  /** The first frames: of a clip without playing it, of what is live as it comes. */
  const firstFrames = (): AsyncIterable<Frame> => {
    const isClip = parseSourceAddress(source).kind === 'path';
    if (!isClip) playing?.resume();
    return isClip ? correctFrames(readFrames(source, { pool, signal: stop.signal }), correct) : sampled;
  };

  const measureScale = async (engine: Engine): Promise<Scale> => {
    become({ reason: 'measuring the scale from the red cells' });
    const scale = await measuredScale(firstFrames(), engine, stop.signal);
    const text = `${scale.umPerPx.toFixed(4)} µm/px`;
    if (scale.from === 'estimated') tellEvent('info', `scale estimated from the red cells: ${text}`);
    else
      tellEvent(
        'warning',
        `too few red cells to measure the scale by; taken as ${text}: give it with the source, or reset on a sharp field`,
      );
    return scale;
  };

  /** The map that the process before this one left. */
  const kept = async (): Promise<SavedSlideMap | undefined> => {
    try {
      return await checkpoint?.read();
    } catch (error) {
      tellEvent('warning', `${error instanceof Error ? error.message : String(error)}; counting begins anew`);
      return undefined;
    }
  };

  const run = async (): Promise<void> => {
    become({});
    await using owned = new AsyncDisposableStack();
    // The source is opened while the model loads: until then a clip stands still, and what is live passes by.
    before = await keeper.start;
    playing = playSource(source, {
      pool,
      signal: stop.signal,
      onEvent: listener.heed,
      inlet: webrtc?.inlet,
      take: (frame) => {
        // What is measured is what the camera gives; all else sees it evened out.
        measurer.see(frame);
        correct?.(frame);
        (counting ?? sampled).push(shiftFrame(frame, before.nextFrame, before.nextMs));
      },
    });
    playing.pause();
    // A source that cannot be opened is told at once; one that can has no end while it stands still.
    const broken = playing.done.then(() => new Promise<never>(() => {}));
    const { engine: loaded, reason } = await Promise.race([loadEngine(settings), broken]);
    const engine = owned.use(models.adopt(loaded));
    measuring = engine;
    const { name, version, classes } = engine.card;
    become({ classes, model: `${name} ${version}`, engine: engine.name, engineReason: reason.slice(0, 300), reason: 'opening the source' });
    const saved = await kept();
    const scale =
      (settings.umPerPx === undefined ? await profileScale(profile, firstFrames) : undefined) ??
      knownScale(source, settings.umPerPx) ??
      (saved && { umPerPx: saved.umPerPx, from: 'estimated' }) ??
      (await measureScale(engine));
    sampled.end();
    become({ umPerPx: scale.umPerPx, umPerPxFrom: scale.from });
    const specimen = specimenOf(source, settings.specimen);
    keeper.begin(
      {
        source: parseSourceAddress(source).label,
        specimen,
        classes: [...classes],
        model: modelOf(engine.card),
        engine: engine.name,
        umPerPx: scale.umPerPx,
        umPerPxFrom: scale.from,
        ...(profile === undefined ? {} : { calibration: profile.name }),
        settings: plainSettings,
      },
      saved,
    );
    const started = startCounting(
      scale.umPerPx,
      { ...settings, specimen },
      { engine, onReport: show, onError: fail, onSighted: keeper.sight, onStep: keeper.step },
      saved,
    );
    if (saved !== undefined)
      tellEvent('info', `counting goes on with the slide map of ${saved.keyframes.length} keyframes and ${saved.cells.length} cells`);
    if (started.counter !== undefined) {
      mapTeller = createMapTeller(started.counter, thumbnails, channel);
      ledgerTeller = createLedgerTeller(started.counter, classes, channel);
    }
    liveStatistics = createLiveStatistics(settings, classes, (line) => tellEvent('info', line));
    counting = started;
    models.begin(scale.umPerPx);
    if (!paused) playing.resume();
    await playing.done;
    finishing = true;
    await counting.finish();
    await preview.settled();
    mapTeller?.tell();
    ledgerTeller?.tell();
    if (!stop.signal.aborted) become({ state: 'ended', reason: 'the clip came to its end' });
  };
  const done = run().catch(fail);
  const mapTimer = setInterval(() => {
    // What it settles is told with the rest.
    if (counting?.counter !== undefined) checkpoint?.keep(counting.counter, latestMs);
    mapTeller?.tell();
    ledgerTeller?.tell();
    keeper.tick(counting?.counter);
  }, MAP_EVERY_MS);

  return {
    pause: () => {
      paused = true;
      playing?.pause();
      if (counting?.last !== undefined && shown !== undefined) preview.showStill(counting.last, shown);
      if (status.state !== 'ended' && status.state !== 'failed') become({ state: 'paused', reason: 'paused by hand' });
    },
    resume: () => {
      paused = false;
      if (counting !== undefined) playing?.resume();
      if (status.state === 'paused')
        become(shown !== undefined ? { state: 'running', reason: '' } : { state: 'starting', reason: 'waiting for a frame' });
    },
    record: keeper.record,
    reset: (next) => {
      counting?.reset();
      keeper.renew(next);
      keyframePictures.moveTo(next?.folder);
      mapTeller?.clear();
      ledgerTeller?.clear();
      void checkpoint?.drop();
      checkpoint = openCheckpoint(next);
      tellEvent('info', 'counting begins anew, by hand');
    },
    watch: preview.watch,
    askForKeyframe: preview.askForKeyframe,
    measure: measurer.ask,
    changeModel: models.ask,
    close: async () => {
      stop.abort();
      clearInterval(mapTimer);
      measurer[Symbol.dispose]();
      sampled.end();
      counting?.stop();
      await done;
      mapTeller?.tell();
      ledgerTeller?.tell();
      keyframePictures[Symbol.dispose]();
      await keeper.close(counting?.counter);
    },
  };
};
