import { csvLine } from '../../../domain/csv.ts';
import type { LiveMessage } from '../../../domain/wire.ts';

type CameraEvent = Omit<Extract<LiveMessage, { type: 'event' }>, 'type'>;
type EventLevel = CameraEvent['level'];

export const eventLevels: readonly { readonly level: EventLevel; readonly label: string }[] = [
  { level: 'info', label: 'Notes' },
  { level: 'warning', label: 'Warnings' },
  { level: 'error', label: 'Errors' },
];

/** The events as CSV, oldest first, for the record. */
export const eventsCsv = (events: readonly CameraEvent[]): string =>
  csvLine(['time', 'level', 'event']) +
  events
    .toReversed()
    .map(({ at, level, text }) => csvLine([new Date(at).toISOString(), level, text]))
    .join('');
