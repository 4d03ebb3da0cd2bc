import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';

/** Whether `path` lies within `folder`; both real paths. */
const within = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

/**
 * The source that the page may open for what it asked: streams, cameras and the virtual microscope as they are, files only below the data
 * folder (relative to it, links followed), and the source that the service was started with. Throws a `source` fault for all else.
 */
export const pageSource = async (
  asked: string,
  { dataDir, source }: { readonly dataDir: string; readonly source: string },
): Promise<string> => {
  // The page knows the started source by its label, in which no password is.
  if (asked === source || asked === parseSourceAddress(source).label) return source;
  const address = parseSourceAddress(asked);
  if (address.kind !== 'path') return asked;
  const folder = await realpath(dataDir).catch(() => undefined);
  const wanted = /^file:/i.test(asked) ? address.path : asked;
  const path = folder === undefined ? undefined : await realpath(resolve(folder, wanted)).catch(() => undefined);
  if (folder !== undefined && path !== undefined && within(folder, path)) return path;
  // One answer for what lies outside and for what is not there: the page learns nothing of other folders.
  throw new FaultError({
    kind: 'source',
    source: asked,
    what: 'no such file in the data folder',
    remedy: 'drop the clip on the page, or put it into the data folder',
    passing: false,
  });
};
