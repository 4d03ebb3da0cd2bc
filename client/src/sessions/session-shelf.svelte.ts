import type { SessionChange, SessionSummary } from '../../../domain/session.ts';
import { faultLine } from '../live/fault-line.ts';
import type { SessionsAsked } from './list-query.ts';
import { changeSession, deleteSession, listSessions } from './session-api.ts';

const SEARCH_AFTER_MS = 250;
/** Sessions that are being written grow; the list looks again so often while it shows one. */
const AGAIN_MS = 5000;

export const ALL_SESSIONS: SessionsAsked = {
  search: '',
  from: '',
  to: '',
  flag: '',
  leastCells: undefined,
  sort: 'started',
  descending: true,
};

/** The list of sessions as it is asked for, page by page. */
export class SessionShelf implements Disposable {
  asked: SessionsAsked = $state.raw(ALL_SESSIONS);
  sessions: readonly SessionSummary[] = $state.raw([]);
  total: number = $state(0);
  state: 'reading' | 'ready' = $state('reading');
  /** Why the list could not be read. */
  fault: string = $state('');
  /** Why the last change was refused. */
  refusal: string = $state('');
  next: string | undefined = $state();
  readonly isFiltered: boolean = $derived(
    this.asked.search !== '' ||
      this.asked.from !== '' ||
      this.asked.to !== '' ||
      this.asked.flag !== '' ||
      this.asked.leastCells !== undefined,
  );
  #asking = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setInterval>;

  constructor() {
    void this.read();
    this.#again = setInterval(() => {
      if (!document.hidden && this.state === 'ready' && this.sessions.some(({ live }) => live)) void this.#refresh();
    }, AGAIN_MS);
  }

  ask(change: Partial<SessionsAsked>): void {
    this.asked = { ...this.asked, ...change };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.read(), SEARCH_AFTER_MS);
  }

  async read(): Promise<void> {
    const asking = ++this.#asking;
    this.state = 'reading';
    this.fault = '';
    try {
      const page = await listSessions(this.asked);
      if (asking !== this.#asking) return;
      this.sessions = page.sessions;
      this.total = page.total;
      this.next = page.next;
    } catch (error) {
      if (asking !== this.#asking) return;
      this.fault = faultLine(error);
    }
    this.state = 'ready';
  }

  async more(): Promise<void> {
    if (this.next === undefined || this.state === 'reading') return;
    const asking = ++this.#asking;
    this.state = 'reading';
    try {
      const page = await listSessions(this.asked, this.next);
      if (asking !== this.#asking) return;
      const known = new Set(this.sessions.map(({ id }) => id));
      this.sessions = [...this.sessions, ...page.sessions.filter(({ id }) => !known.has(id))];
      this.next = page.next;
    } catch (error) {
      if (asking !== this.#asking) return;
      this.fault = faultLine(error);
    }
    this.state = 'ready';
  }

  /** Changes what is said of a session; tells whether it was taken. */
  async change(id: string, change: SessionChange): Promise<boolean> {
    this.refusal = '';
    try {
      const { settings: _settings, events: _events, runs: _runs, ...summary } = await changeSession(id, change);
      this.sessions = this.sessions.map((session) => (session.id === id ? { ...session, ...summary } : session));
      return true;
    } catch (error) {
      this.refusal = faultLine(error);
      return false;
    }
  }

  async remove(id: string): Promise<boolean> {
    this.refusal = '';
    try {
      await deleteSession(id);
    } catch (error) {
      this.refusal = faultLine(error);
      return false;
    }
    this.sessions = this.sessions.filter((session) => session.id !== id);
    this.total = Math.max(0, this.total - 1);
    return true;
  }

  [Symbol.dispose](): void {
    this.#asking += 1;
    clearTimeout(this.#timer);
    clearInterval(this.#again);
  }

  /** Brings the shown sessions up to date, without a sign that it is done. */
  async #refresh(): Promise<void> {
    const asking = this.#asking;
    const page = await listSessions(this.asked).catch(() => undefined);
    if (!page || asking !== this.#asking) return;
    const fresh = new Map(page.sessions.map((session) => [session.id, session]));
    const known = new Set(this.sessions.map(({ id }) => id));
    const begun = page.sessions.filter(({ id }) => !known.has(id));
    this.sessions = [...begun, ...this.sessions.map((session) => fresh.get(session.id) ?? session)];
    this.total = page.total;
  }
}
