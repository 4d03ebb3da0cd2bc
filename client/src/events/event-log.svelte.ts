import type { LiveMessage } from '../../../domain/wire.ts';

export type LoggedEvent = Omit<Extract<LiveMessage, { type: 'event' }>, 'type'> & { readonly id: number };

const KEPT = 200;

/** The last events of a camera and of the page itself, newest first. */
export class EventLog {
  entries: readonly LoggedEvent[] = $state.raw([]);
  #nextId = 1;

  add(event: Omit<LoggedEvent, 'id'>): void {
    const { at, level, text } = event;
    // The service tells past events again to a page that comes back.
    if (this.entries.some((known) => known.at === at && known.text === text)) return;
    const place = this.entries.findIndex((known) => known.at <= at);
    this.entries = this.entries
      .toSpliced(place === -1 ? this.entries.length : place, 0, { id: this.#nextId++, at, level, text })
      .slice(0, KEPT);
  }
}
