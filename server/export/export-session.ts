import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FaultError } from '../../domain/fault.ts';
import type { ExportFormat, WriteOptions } from './export-format.ts';
import { type ExportSource, openExportSource, type SourceOptions } from './export-source.ts';
import { zipFolder } from './zip-folder.ts';

export type Exported = {
  readonly session: string;
  readonly path: string;
  readonly reading: ExportSource['reading'];
  readonly bytes: number;
  readonly files: number;
};

const refuse = (path: string, what: string, remedy: string, cause?: unknown): FaultError =>
  new FaultError({ kind: 'data', path, what, remedy }, { cause });

/** Throws a `data` fault where there is something: nothing of somebody's is written over. */
const needFree = async (path: string, isFolder: boolean): Promise<void> => {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return;
  const empty = isFolder && there.isDirectory() && (await readdir(path)).length === 0;
  if (!empty) throw refuse(path, 'there is something in the place of the export', 'give another --out');
};

const sizeOf = async (path: string): Promise<{ bytes: number; files: number }> => {
  const own = await stat(path);
  if (!own.isDirectory()) return { bytes: own.size, files: 1 };
  const entries = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(entries.map(async (entry) => (await stat(resolve(entry.parentPath, entry.name))).size));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length };
};

const writeInto = async (
  format: ExportFormat,
  source: ExportSource,
  path: string,
  zipped: boolean,
  options: WriteOptions,
): Promise<void> => {
  if (format.kind === 'text') {
    await pipeline(Readable.from(format.chunks(source, options)), createWriteStream(path), { signal: options.signal });
  } else if (format.kind === 'file') {
    await format.write(source, path, options);
  } else {
    const dir = zipped ? `${path}.files` : path;
    await mkdir(dir);
    await format.write(source, dir, options);
    if (!zipped) return;
    await zipFolder(dir, path, new Date(source.now), options.signal);
    await rm(dir, { recursive: true });
  }
};

/**
 * Writes one export of a session. What is a folder becomes a ZIP where the path ends with `.zip`. It appears when everything is written: stopped or failed on
 * the way, nothing is left. Faults: `usage` for a reading that there is not or a format that the session cannot have, `data` where something is in its place.
 */
export const exportSession = async (
  folder: string,
  format: ExportFormat,
  out: string,
  options: SourceOptions & WriteOptions,
): Promise<Exported> => {
  const path = resolve(out);
  const zipped = format.kind === 'folder' && path.toLowerCase().endsWith('.zip');
  await needFree(path, format.kind === 'folder' && !zipped);
  using source = openExportSource(folder, options);
  if (source.facts.specimen === 'flow' && !format.flow)
    throw new FaultError({
      kind: 'usage',
      what: `flowing cells lie on no slide, and ${format.label} is of one`,
      remedy: 'export them as mot, counts, fhir or pdf',
    });
  await mkdir(dirname(path), { recursive: true });
  const part = await mkdtemp(`${path}.part-`);
  const made = resolve(part, 'export');
  try {
    await writeInto(format, source, made, zipped, options);
    options.signal?.throwIfAborted();
    if (format.kind === 'folder' && !zipped) await rm(path, { recursive: true, force: true });
    await rename(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw refuse(path, 'the disk is full', 'make room, or give another --out', error);
    throw error;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return { session: source.facts.id, path, reading: source.reading, ...(await sizeOf(path)) };
};

/** A name for the download: what a person wrote is not in it. */
export const exportFileName = (format: ExportFormat, session: string, reading: ExportSource['reading']): string =>
  `${session}-${format.format}${reading === 'counted' ? '' : `-reading${reading}`}.${format.extension}`;
