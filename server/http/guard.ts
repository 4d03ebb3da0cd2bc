import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { FaultError } from '../../domain/fault.ts';

export type Refusal = { readonly status: 401 | 403; readonly kind: string; readonly message: string };

/** Decides who may speak to the API; `undefined` lets the request in. */
export type Guard = (request: IncomingMessage) => Refusal | undefined;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host) || (isIP(host) === 4 && host.startsWith('127.'));

/** Throws a `config` fault where the service would listen beyond loopback for anybody. */
export const requireTokenBeyondLoopback = (host: string, token: string | undefined): void => {
  if (token !== undefined || isLoopback(host)) return;
  throw new FaultError({
    kind: 'config',
    key: 'token',
    what: `listening on ${host} is open to other machines and needs a token`,
    remedy: 'set SMEARSCOPE_TOKEN to a secret of 16 letters or more, or leave host at 127.0.0.1',
  });
};

const SIGNALLING = /^\/api\/cameras\/[^/?]+\/wh[ie]p([/?]|$)/;

const hostName = (authority: string): string | undefined => {
  try {
    return new URL(`http://${authority}`).hostname;
  } catch {
    return undefined;
  }
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const givenToken = (request: IncomingMessage): string | undefined => {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? new URL(request.url ?? '/', 'http://local').searchParams.get('token') ?? undefined;
};

/** Whether a page of another origin stands behind the request. Programs that are no browsers send no origin and are let through. */
const isForeign = (request: IncomingMessage): boolean => {
  const { origin, host } = request.headers;
  if (request.headers['sec-fetch-site'] === 'cross-site') return true;
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
};

/**
 * The rules of the API, WebSocket included: with a token configured every request must bring it, in `Authorization: Bearer` or `?token=`;
 * without one only requests to a loopback name are heard, so that a name that someone rebinds to this machine does not get in.
 * Requests from pages of other origins are refused, reading included; only WebRTC signalling, which such pages are made for (RFC 9725, section 4.2), is open
 * to those that bring the token.
 */
export const createGuard = (token: string | undefined): Guard => {
  const expected = token === undefined ? undefined : digest(token);
  return (request) => {
    const signalling = SIGNALLING.test(request.url ?? '');
    // A browser asks beforehand, without the token, and learns only what may be sent.
    if (signalling && request.method === 'OPTIONS') return undefined;
    if (isForeign(request) && !(signalling && expected !== undefined))
      return { status: 403, kind: 'origin', message: 'a page of another origin may not use this service: open the service’s own page' };
    if (expected === undefined) {
      const name = hostName(request.headers.host ?? '');
      return name !== undefined && isLoopback(name)
        ? undefined
        : { status: 403, kind: 'host', message: 'without a token this service answers to localhost alone: use http://127.0.0.1' };
    }
    const given = givenToken(request);
    return given !== undefined && timingSafeEqual(digest(given), expected)
      ? undefined
      : { status: 401, kind: 'token', message: 'the token is missing or wrong: open the address that the service printed at start' };
  };
};
