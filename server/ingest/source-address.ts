import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultError } from '../../domain/fault.ts';

export type UrlProtocol = 'rtsp' | 'rtsps' | 'rtmp' | 'rtmps' | 'srt' | 'http' | 'https';

/** Where frames come from. `label` is what may be shown and logged: it holds no password. */
export type SourceAddress =
  | { readonly kind: 'simulate'; readonly address: string; readonly label: string }
  /** A file or a folder of images; which of the two is seen when it is opened. */
  | { readonly kind: 'path'; readonly path: string; readonly label: string }
  | { readonly kind: 'url'; readonly protocol: UrlProtocol; readonly url: string; readonly label: string }
  /** Whoever publishes to the camera over WebRTC. */
  | { readonly kind: 'whip'; readonly label: string }
  | {
      readonly kind: 'camera';
      readonly name: string;
      readonly label: string;
      /** `WIDTHxHEIGHT` that the camera is asked for. */
      readonly size?: string;
      readonly framesPerSecond?: number;
    };

const URL_PROTOCOLS: readonly string[] = ['rtsp', 'rtsps', 'rtmp', 'rtmps', 'srt', 'http', 'https'] satisfies UrlProtocol[];
const KNOWN = 'give simulate:, whip:, a file, a folder of images, camera:NAME, or an rtsp, rtsps, rtmp, rtmps, srt, http or https url';
/** Two letters at least, so that a drive (`C:\…`) is no scheme. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

const refuse = (source: string, what: string, remedy = KNOWN): FaultError =>
  new FaultError({ kind: 'source', source: source.slice(0, 300), what, remedy, passing: false });

/** The url without its user and password. */
const withoutSecrets = (url: URL): string => {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
};

const parseUrl = (text: string, protocol: UrlProtocol): SourceAddress => {
  // What cannot be parsed may still hold a password: it is not repeated.
  if (!URL.canParse(text)) throw refuse(`${protocol}:…`, 'not a url', `write it as ${protocol}://HOST/PATH`);
  const url = new URL(text);
  if (url.hostname === '') throw refuse(`${protocol}:…`, 'a url without a host', `write it as ${protocol}://HOST/PATH`);
  return { kind: 'url', protocol, url: text, label: withoutSecrets(url) };
};

const parseCamera = (text: string): SourceAddress => {
  const [name = '', query = ''] = text.slice('camera:'.length).split('?', 2);
  if (name.trim() === '') throw refuse(text, 'a camera without a name', 'write camera:NAME; smearscope doctor lists the cameras');
  const options = new URLSearchParams(query);
  const size = options.get('size') ?? undefined;
  const fps = options.get('fps') ?? undefined;
  const remedy = 'write camera:NAME?size=1280x720&fps=30';
  for (const key of options.keys()) if (key !== 'size' && key !== 'fps') throw refuse(text, `a camera has no option "${key}"`, remedy);
  if (size !== undefined && !/^[1-9]\d{1,4}x[1-9]\d{1,4}$/.test(size)) throw refuse(text, 'the size of a camera is WIDTHxHEIGHT', remedy);
  if (fps !== undefined && !/^[1-9]\d{0,2}$/.test(fps)) throw refuse(text, 'the fps of a camera is a whole number', remedy);
  return {
    kind: 'camera',
    name: name.trim(),
    label: text,
    ...(size === undefined ? {} : { size }),
    ...(fps === undefined ? {} : { framesPerSecond: Number(fps) }),
  };
};

const parseFileUrl = (text: string): SourceAddress => {
  try {
    const path = text.startsWith('file://') ? fileURLToPath(text) : resolve(decodeURIComponent(text.slice('file:'.length)));
    return { kind: 'path', path, label: path };
  } catch {
    throw refuse(text, 'not a file url', 'write file:///PATH, or the path itself');
  }
};

/** Reads a source address. Touches nothing: whether it is there is seen when it is opened. Faults: `source`. */
export const parseSourceAddress = (address: string): SourceAddress => {
  const text = address.trim();
  if (text === '') throw refuse(address, 'no source given');
  if (text.includes('\0')) throw refuse(text.replaceAll('\0', '?'), 'a source has no NUL in its name');
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'path', path: resolve(text), label: text };
  if (scheme === 'simulate') return { kind: 'simulate', address: text, label: text };
  if (scheme === 'whip') {
    if (text.length > 'whip:'.length)
      throw refuse(text, 'whip: has no address', 'write whip: alone; publishers post to /api/cameras/ID/whip');
    return { kind: 'whip', label: 'whip:' };
  }
  if (scheme === 'camera') return parseCamera(text);
  if (scheme === 'file') return parseFileUrl(text);
  if (URL_PROTOCOLS.includes(scheme)) return parseUrl(text, scheme as UrlProtocol);
  throw refuse(`${scheme}:…`, `"${scheme}:" is not a kind of source`, `${KNOWN}; a file with a colon in its name is written ./NAME`);
};
