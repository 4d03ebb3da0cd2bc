import type { LiveSession } from '../live/live-session.svelte.ts';

/** Why there is nothing of the slide yet, and what to do where something has to be done. */
export const slideHint = ({ connection, status, trouble }: Pick<LiveSession, 'connection' | 'status' | 'trouble'>): string => {
  switch (connection.state) {
    case 'open':
      return status?.state === 'failed'
        ? 'The source cannot be shown, so there is no slide: choose another one (s).'
        : 'The slide grows as the stage moves over it.';
    case 'outdated':
      return 'This page is out of date: reload it.';
    case 'connecting':
      return 'Waiting for the service…';
    case 'reconnecting':
      return trouble || 'No connection to the service; the slide is shown once it is back.';
    default:
      return connection satisfies never;
  }
};
