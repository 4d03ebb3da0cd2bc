import { closeSync, existsSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { FaultError } from '../../domain/fault.ts';
import { packSteps, type RawStep, type StoredStep, unpackSteps } from './stored-step.ts';

/**
 * The steps of a session's count, in its folder: a head, then blocks of a length, a checksum and packed steps. Blocks are only ever appended, so that
 * a kill or a loss of power costs the last of them at most: reading ends with the last whole block, and writing goes on there.
 */
export const stepFile = (folder: string): string => join(folder, 'counting.steps');

const HEAD = Buffer.from('SMEARSTP\u0001\0\0\0', 'latin1');
const BLOCK_HEAD = 8;
const MOST_BLOCK = 1 << 30;

const readAt = (file: number, at: number, length: number): Buffer | undefined => {
  const bytes = Buffer.allocUnsafe(length);
  return readSync(file, bytes, 0, length, at) === length ? bytes : undefined;
};

/** The block at a place; `undefined` where there is no whole one. */
const blockAt = (file: number, at: number, size: number): Buffer | undefined => {
  const head = readAt(file, at, BLOCK_HEAD);
  const length = head?.readUInt32LE(0) ?? 0;
  if (head === undefined || length > MOST_BLOCK || at + BLOCK_HEAD + length > size) return undefined;
  const bytes = readAt(file, at + BLOCK_HEAD, length);
  return bytes !== undefined && crc32(bytes) === head.readUInt32LE(4) ? bytes : undefined;
};

export type StepFile = {
  /** Throws what the disk says; nothing of the block is left then. Where there is no room for pictures they are left out. */
  append(steps: readonly RawStep[]): void;
  close(): void;
};

/** Opens the steps of a folder for writing, after the last whole block. */
export const openStepFile = (folder: string): StepFile => {
  const path = stepFile(folder);
  const file = openSync(path, existsSync(path) ? 'r+' : 'w+');
  let end = HEAD.length;
  try {
    const { size } = fstatSync(file);
    if (size < HEAD.length) writeSync(file, HEAD, 0, HEAD.length, 0);
    else for (let block = blockAt(file, end, size); block !== undefined; block = blockAt(file, end, size)) end += BLOCK_HEAD + block.length;
    ftruncateSync(file, end);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const write = (bytes: Uint8Array): void => {
    const head = Buffer.alloc(BLOCK_HEAD);
    head.writeUInt32LE(bytes.length, 0);
    head.writeUInt32LE(crc32(bytes), 4);
    const whole = Buffer.concat([head, bytes]);
    try {
      for (let done = 0; done < whole.length; ) done += writeSync(file, whole, done, whole.length - done, end + done);
      fdatasyncSync(file);
    } catch (error) {
      ftruncateSync(file, end);
      throw error;
    }
    end += whole.length;
  };
  return {
    append: (steps) => {
      if (steps.length === 0) return;
      try {
        write(packSteps(steps));
      } catch (error) {
        if (!steps.some(({ pictures }) => pictures !== undefined)) throw error;
        write(packSteps(steps, false));
      }
    },
    close: () => closeSync(file),
  };
};

/** The steps of a folder from the first to the last whole block; `onRead` hears which share of the file is read. Throws a `data` fault where there are none. */
export function* readSteps(folder: string, onRead: (share: number) => void = () => {}): Generator<StoredStep> {
  const path = stepFile(folder);
  const refuse = (what: string, remedy: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'data', path, what, remedy }, { cause });
  if (!existsSync(path))
    throw refuse(
      'the session did not keep how it was counted',
      'sessions of earlier versions and of flowing cells cannot be counted again',
    );
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (readAt(file, 0, HEAD.length)?.equals(HEAD) !== true) throw refuse('these are not the steps of a count', 'give another session');
    let at = HEAD.length;
    for (let block = blockAt(file, at, size); block !== undefined; block = blockAt(file, at, size)) {
      let steps: StoredStep[];
      try {
        steps = unpackSteps(block);
      } catch (cause) {
        throw refuse('the steps of the count do not hold to their form', 'go on with a copy of the session', cause);
      }
      at += BLOCK_HEAD + block.length;
      yield* steps;
      onRead(at / size);
    }
  } finally {
    closeSync(file);
  }
}
