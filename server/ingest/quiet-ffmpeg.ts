import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';

/** FFmpeg writes to stderr by itself, where the program promises one line. What matters comes back as codes and counts. */
export const quietFfmpeg = (): void => Log.setLevel(AV_LOG_QUIET);
