import type { EventNews } from './camera-messages.ts';

type TellEvent = (level: EventNews['level'], text: string) => void;

/** What the system, FFmpeg and SQLite say of a disk that is full. */
const FULL = /ENOSPC|no space left|database or disk is full/i;
/** What the watch over the disk says of the same. */
const NO_ROOM = /the disk has .* left: make room/;
const WRITTEN_AGAIN = /the session is kept again/;
/** All writers meet a full disk within so long. */
const TOGETHER_MS = 10_000;
/** What comes so long after the last complaint is told anew. */
const FORGET_AFTER_MS = 600_000;

/**
 * Tells of a full disk in one event, whichever of a session's writers meets it first and however many do, until the session is written again.
 * Everything else passes as it is.
 */
export const createDiskVoice = (tell: TellEvent, now = (): number => performance.now()): TellEvent => {
  let fullAt = Number.NEGATIVE_INFINITY;
  let noRoomAt = Number.NEGATIVE_INFINITY;
  return (level, text) => {
    const at = now();
    const told = at - fullAt < FORGET_AFTER_MS;
    if (WRITTEN_AGAIN.test(text)) {
      fullAt = Number.NEGATIVE_INFINITY;
      noRoomAt = Number.NEGATIVE_INFINITY;
    }
    if (NO_ROOM.test(text)) {
      noRoomAt = at;
      if (told) return;
    }
    if (!FULL.test(text)) return tell(level, text);
    fullAt = at;
    if (told || at - noRoomAt < TOGETHER_MS) return;
    tell(
      'error',
      `the disk is full: the session is not written until there is room, its video ends, counting goes on: make room (${text})`,
    );
  };
};
