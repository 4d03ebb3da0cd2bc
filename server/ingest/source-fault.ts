import { constants } from 'node:os';
import {
  AVERROR_DECODER_NOT_FOUND,
  AVERROR_DEMUXER_NOT_FOUND,
  AVERROR_EOF,
  AVERROR_HTTP_BAD_REQUEST,
  AVERROR_HTTP_FORBIDDEN,
  AVERROR_HTTP_NOT_FOUND,
  AVERROR_HTTP_SERVER_ERROR,
  AVERROR_HTTP_UNAUTHORIZED,
  AVERROR_INVALIDDATA,
  AVERROR_PATCHWELCOME,
  AVERROR_PROTOCOL_NOT_FOUND,
  AVERROR_STREAM_NOT_FOUND,
} from 'node-av/constants';
import { FFmpegError } from 'node-av/lib';
import { FaultError } from '../../domain/fault.ts';

type Words = { readonly what: string; readonly remedy: string; readonly passing: boolean };

export const sourceFault = (source: string, what: string, remedy: string, passing = false, cause?: unknown): FaultError =>
  new FaultError({ kind: 'source', source, what, remedy, passing }, { cause });

const NOT_A_VIDEO: Words = {
  what: 'this is not a video, or its beginning is damaged',
  remedy: 'give a video file, a folder of images or a stream',
  passing: false,
};
const CHECK_ADDRESS = 'check the address and that the device is switched on';

const { errno } = constants;
const WORDS = new Map<number, Words>([
  [AVERROR_INVALIDDATA, NOT_A_VIDEO],
  [AVERROR_DEMUXER_NOT_FOUND, NOT_A_VIDEO],
  [AVERROR_STREAM_NOT_FOUND, { ...NOT_A_VIDEO, what: 'there is no video in it' }],
  [AVERROR_DECODER_NOT_FOUND, { what: 'its codec is not supported', remedy: 'convert it to H.264', passing: false }],
  [AVERROR_PATCHWELCOME, { what: 'its codec is not supported', remedy: 'convert it to H.264', passing: false }],
  [AVERROR_PROTOCOL_NOT_FOUND, { what: 'this protocol is not supported', remedy: 'use rtsp, rtmp, srt, http or https', passing: false }],
  [
    AVERROR_HTTP_UNAUTHORIZED,
    { what: 'the server asks for a password', remedy: 'write it as USER:PASSWORD@HOST in the url', passing: false },
  ],
  [AVERROR_HTTP_FORBIDDEN, { what: 'the server refuses access', remedy: 'check the rights of the user in the url', passing: false }],
  [AVERROR_HTTP_NOT_FOUND, { what: 'the server knows no such stream', remedy: 'check the path of the url', passing: true }],
  [AVERROR_HTTP_BAD_REQUEST, { what: 'the server refuses the request', remedy: 'check the path of the url', passing: true }],
  [AVERROR_HTTP_SERVER_ERROR, { what: 'the server failed', remedy: 'look at its own log', passing: true }],
  [AVERROR_EOF, { what: 'the stream ended before a picture came', remedy: CHECK_ADDRESS, passing: true }],
  [-errno.ENOENT, { what: 'it is not there', remedy: 'check the name', passing: false }],
  [-errno.EACCES, { what: 'it may not be read', remedy: 'check its permissions', passing: false }],
  [-errno.EPERM, { what: 'it may not be read', remedy: 'check its permissions', passing: false }],
  [-errno.EBUSY, { what: 'another program uses it', remedy: 'close that program', passing: true }],
  [-errno.ENODEV, { what: 'the device is gone', remedy: 'plug it in again', passing: true }],
  [-errno.ECONNREFUSED, { what: 'the connection was refused', remedy: CHECK_ADDRESS, passing: true }],
  [-errno.ECONNRESET, { what: 'the connection was cut', remedy: CHECK_ADDRESS, passing: true }],
  [-errno.ETIMEDOUT, { what: 'no answer came', remedy: CHECK_ADDRESS, passing: true }],
  [-errno.EHOSTUNREACH, { what: 'the host cannot be reached', remedy: CHECK_ADDRESS, passing: true }],
  [-errno.ENETUNREACH, { what: 'the network cannot be reached', remedy: CHECK_ADDRESS, passing: true }],
]);

/** A fault from an FFmpeg code (negative). What is not known by name is taken as passing, since most of it is the network's. */
export const faultFromCode = (source: string, code: number, doing: string): FaultError => {
  const words = WORDS.get(code);
  if (words !== undefined) return sourceFault(source, words.what, words.remedy, words.passing, FFmpegError.fromCode(code) ?? undefined);
  return sourceFault(source, `${doing} failed (${FFmpegError.strerror(code)})`, CHECK_ADDRESS, true);
};
