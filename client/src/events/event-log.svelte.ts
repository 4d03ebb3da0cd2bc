import type { LiveMessage } from '../../../domain/wire.ts';

export type LoggedEvent = Omit<Extract<LiveMessage, { type: 'event' }>, 'type'> & { readonly id: number };

const KEPT = 200;

/** The last events of a camera and of the page itself, newest first. */
export class EventLog {
  entries: readonly LoggedEvent[] = $state.raw([]);
  #nextId = 1;

  add(event: Omit<LoggedEvent, 'id'>): void {
    const { at, level, text } = event;
    this.entries = [{ id: this.#nextId++, at, level, text }, ...this.entries].slice(0, KEPT);
  }
}
