import { authorization, callApi } from '../live/access.ts';
import { faultLine } from '../live/fault-line.ts';
import { CameraInput } from './camera-input.svelte.ts';
import { LOST, MEND_TRY_MS, mendConnection } from './mend-connection.ts';
import { keepScreenOn } from './screen-wake.ts';
import { createRateReader, type SendingRates } from './sending-rates.ts';
import { openWhip, WhipRefusal, type WhipSession } from './whip-client.ts';

/** How the camera of this computer does on its way to the service. */
export type Sending =
  | { readonly state: 'stopped'; readonly why: string }
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly rates: SendingRates | undefined }
  | { readonly state: 'waiting'; readonly why: string; readonly retryAt: number }
  | { readonly state: 'unplugged' };

const MAX_BITRATE = 8_000_000;
const RATES_EVERY_MS = 1000;
/** A connection that is only disturbed often mends itself within this. */
const DISTURBED_MS = 1500;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/**
 * Sends the camera of this computer to the service and keeps sending: a lost connection is mended by an ICE restart, after a restart of the service it begins again by itself,
 * with the same camera on the service, and after the camera was unplugged when it is plugged in again.
 */
export class Publisher {
  readonly input = new CameraInput();
  sending: Sending = $state.raw({ state: 'stopped', why: '' });
  /** Which camera of the service shows it. */
  cameraId: string = $state('main');
  umPerPx: number | undefined = $state();
  #session: WhipSession | undefined;
  #stop: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: Disposable | undefined;
  #attempt = 0;

  constructor() {
    this.input.onunplugged = () => this.#lost();
    this.input.onlist = () => this.#replugged();
    // A page that is closed takes its camera with it; one that may come back (`persisted`) does too, and starts anew.
    addEventListener('pagehide', () => this.#hangUp(true));
  }

  get isOn(): boolean {
    return this.sending.state !== 'stopped';
  }

  /** Takes the name of the camera that the page shows, unless one is being sent already. */
  suggest(cameraId: string): void {
    if (!this.isOn) this.cameraId = cameraId;
  }

  async start(): Promise<void> {
    this.stop();
    this.sending = { state: 'connecting' };
    this.#wake = keepScreenOn();
    if (!this.input.track && !(await this.input.open())) this.stop(this.input.problem);
    else await this.#connect();
  }

  /** Ends sending; the preview stays. */
  stop(why = ''): void {
    this.#hangUp(false);
    this.#wake?.[Symbol.dispose]();
    this.#wake = undefined;
    this.#attempt = 0;
    this.sending = { state: 'stopped', why };
  }

  /** Opens the camera that is chosen now; what is being sent goes on with it. */
  async reopen(): Promise<void> {
    const wasOn = this.isOn;
    const opened = await this.input.open();
    if (!wasOn) return;
    if (opened) await this.#connect();
    else this.stop(this.input.problem);
  }

  retryNow(): void {
    if (this.sending.state === 'waiting') void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#hangUp(false);
    const stop = new AbortController();
    this.#stop = stop;
    this.sending = { state: 'connecting' };
    const { track, stream, format } = this.input;
    if (!track || !stream) return;
    try {
      const id = encodeURIComponent(this.cameraId);
      await this.#openWithScale();
      const session = await openWhip({
        track,
        stream,
        endpoint: new URL(`/api/cameras/${id}/whip`, location.origin).href,
        headers: authorization(),
        maxBitrate: MAX_BITRATE,
        maxFramerate: format.framesPerS,
        signal: stop.signal,
      });
      this.#session = session;
      this.#watch(session, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return;
      const line = faultLine(error);
      if (error instanceof WhipRefusal && error.final) this.stop(line);
      else this.#wait(line);
    }
  }

  /** A known scale goes with the source; a camera that shows this page already keeps its map. */
  async #openWithScale(): Promise<void> {
    if (!this.umPerPx) return;
    const cameras = await callApi('GET', '/api/cameras');
    const shown =
      Array.isArray(cameras) && cameras.some((camera) => camera?.id === this.cameraId && String(camera.source).startsWith('whip:'));
    if (!shown) await callApi('POST', '/api/cameras', { id: this.cameraId, source: 'whip:', umPerPx: this.umPerPx });
  }

  #watch(session: WhipSession, signal: AbortSignal): void {
    const { connection } = session;
    const read = createRateReader(connection);
    const measure = setInterval(async () => {
      const rates = await read().catch(() => undefined);
      if (!signal.aborted && this.sending.state === 'live' && rates) this.sending = { state: 'live', rates };
    }, RATES_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(measure), { once: true });
    let isMending = false;
    const mend = async () => {
      if (isMending) return;
      isMending = true;
      const why = await mendConnection(session, signal, (line) => {
        this.sending = { state: 'waiting', why: line, retryAt: Date.now() };
      });
      isMending = false;
      if (why !== undefined) this.#wait(why);
    };
    const heed = () => {
      clearTimeout(this.#timer);
      const state = connection.connectionState;
      if (state === 'connected') {
        this.#attempt = 0;
        this.sending = { state: 'live', rates: undefined };
      } else if (state === 'closed') this.#wait(LOST);
      else if (state === 'failed') void mend();
      else this.#timer = setTimeout(mend, state === 'disconnected' ? DISTURBED_MS : MEND_TRY_MS);
    };
    connection.addEventListener('connectionstatechange', heed, { signal });
    heed();
  }

  #wait(why: string): void {
    this.#hangUp(false);
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** this.#attempt, LONGEST_WAIT_MS);
    this.#attempt += 1;
    this.sending = { state: 'waiting', why, retryAt: Date.now() + waitMs };
    this.#timer = setTimeout(() => void this.#connect(), waitMs);
  }

  #hangUp(leaving: boolean): void {
    clearTimeout(this.#timer);
    this.#stop?.abort();
    this.#stop = undefined;
    const session = this.#session;
    this.#session = undefined;
    session?.close(leaving);
  }

  #lost(): void {
    if (!this.isOn) {
      this.input.problem = 'The camera was unplugged: plug it in again';
      return;
    }
    this.#hangUp(false);
    this.sending = { state: 'unplugged' };
  }

  #replugged(): void {
    const back = this.input.devices.some(({ id }) => id === this.input.deviceId);
    if (this.sending.state === 'unplugged' && back) void this.start();
  }
}

let publisher: Publisher | undefined;

/** The page's one publisher: it goes on sending while other pages are looked at. */
export const publisherInUse = (): Publisher => {
  publisher ??= new Publisher();
  return publisher;
};
