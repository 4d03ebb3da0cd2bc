import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { FaultError } from '../../domain/fault.ts';

/** Protocols that the page may have opened; the source itself knows the same ones. */
const ADDRESS = /^(simulate|camera|rtsp|rtsps|rtmp|rtmps|srt|https?):/i;
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

const refused = (source: string, what: string, remedy: string): FaultError =>
  new FaultError({ kind: 'source', source, what, remedy, passing: false });

/** Whether `path` lies within `folder`; both real paths. */
const within = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

/**
 * The source that the page may open for what it asked: addresses of the named protocols as they are, files only below the data folder
 * (relative to it, links followed), and the source that the service was started with. Throws a `source` fault for all else.
 */
export const pageSource = async (
  asked: string,
  { dataDir, source }: { readonly dataDir: string; readonly source: string },
): Promise<string> => {
  if (asked === source || ADDRESS.test(asked)) return asked;
  if (SCHEME.test(asked))
    throw refused(asked, 'this protocol is not opened', 'use simulate:, camera:, rtsp:, rtmp:, srt:, http: or a file');
  const missing = refused(asked, 'no such file in the data folder', 'drop the clip on the page, or put it into the data folder');
  if (asked.includes('\0')) throw missing;
  const folder = await realpath(dataDir).catch(() => undefined);
  const path = folder === undefined ? undefined : await realpath(resolve(folder, asked)).catch(() => undefined);
  // One answer for what lies outside and for what is not there: the page learns nothing of other folders.
  if (folder === undefined || path === undefined || !within(folder, path)) throw missing;
  return path;
};
