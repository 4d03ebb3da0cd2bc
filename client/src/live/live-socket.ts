import { Unpackr } from 'msgpackr/unpack-no-eval';
import { type LiveMessage, liveMessage, type ViewerMessage, WIRE_VERSION } from '../../../domain/wire.ts';

/** How the page is joined to a camera. `outdated`: the service speaks another version, only a reload helps. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly retryAt: number }
  | { readonly state: 'outdated' };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
/** A service that says nothing for this long after the socket opened is as good as gone. */
const SILENCE_MS = 10_000;

const unpackr = new Unpackr({ useRecords: false });

const speaksOtherVersion = (message: unknown): boolean =>
  typeof message === 'object' &&
  message !== null &&
  (message as { type?: unknown }).type === 'hello' &&
  (message as { version?: unknown }).version !== WIRE_VERSION;

export type LiveSocket = Disposable & {
  retryNow(): void;
  /** Tells the service something, where it is connected. */
  say(message: ViewerMessage): void;
};

/**
 * Keeps a live socket open: reconnects with doubling waits until disposed, parses every message at the door.
 * `onUnreadable` gets what does not parse, in one line; such a message is lost, the socket stays.
 */
export const openLiveSocket = (
  address: () => string,
  on: {
    readonly message: (message: LiveMessage) => void;
    readonly connection: (connection: Connection) => void;
    readonly unreadable: (why: string) => void;
  },
): LiveSocket => {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let framesTaken = 0;
  let disposed = false;

  const say = (message: ViewerMessage) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const hangUp = () => {
    clearTimeout(timer);
    const leaving = socket;
    socket = undefined;
    leaving?.close();
  };

  const receive = (data: unknown) => {
    if (!(data instanceof ArrayBuffer)) return;
    let raw: unknown;
    try {
      raw = unpackr.unpack(new Uint8Array(data));
    } catch (error) {
      on.unreadable(String(error));
      return;
    }
    if (speaksOtherVersion(raw)) {
      disposed = true;
      hangUp();
      on.connection({ state: 'outdated' });
      return;
    }
    const parsed = liveMessage.safeParse(raw);
    if (!parsed.success) {
      on.unreadable(parsed.error.issues[0]?.message ?? 'unknown form');
      return;
    }
    if (parsed.data.type === 'hello') {
      attempt = 0;
      clearTimeout(timer);
      on.connection({ state: 'open' });
    }
    on.message(parsed.data);
    // Said after the work: a page that cannot follow is sent less, in place of an ever longer queue.
    if (parsed.data.type === 'frame') say({ type: 'taken', frames: ++framesTaken });
  };

  const lose = (lost: WebSocket) => {
    if (disposed || lost !== socket) return;
    hangUp();
    attempt += 1;
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
    on.connection({ state: 'reconnecting', attempt, retryAt: Date.now() + waitMs });
    timer = setTimeout(connect, waitMs);
  };

  function connect(): void {
    const opening = new WebSocket(address());
    opening.binaryType = 'arraybuffer';
    socket = opening;
    framesTaken = 0;
    timer = setTimeout(() => lose(opening), SILENCE_MS);
    opening.addEventListener('message', (event) => opening === socket && receive(event.data));
    opening.addEventListener('close', () => lose(opening));
    opening.addEventListener('error', () => lose(opening));
  }

  on.connection({ state: 'connecting' });
  connect();
  return {
    retryNow() {
      if (disposed || socket) return;
      clearTimeout(timer);
      connect();
    },
    say,
    [Symbol.dispose]() {
      disposed = true;
      hangUp();
    },
  };
};
