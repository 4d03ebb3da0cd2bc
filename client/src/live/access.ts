import { type PictureWish, problem } from '../../../domain/wire.ts';

const TOKEN_KEY = 'smearscope.token';

/** The token from the page's address, kept for the tab's life and taken out of the address, where it would be seen. */
const readToken = (): string | undefined => {
  const here = new URL(location.href);
  const given = here.searchParams.get('token');
  if (given === null) return sessionStorage.getItem(TOKEN_KEY) ?? undefined;
  sessionStorage.setItem(TOKEN_KEY, given);
  here.searchParams.delete('token');
  history.replaceState(history.state, '', here);
  return given;
};

const token = readToken();

export const authorization = (): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` });

/** Address of an API path for links and downloads, which cannot carry a header. */
export const apiAddress = (path: string): string => {
  const address = new URL(path, location.origin);
  if (token !== undefined) address.searchParams.set('token', token);
  return address.href;
};

/** Address of a camera's live socket, pictures as wished. */
export const liveAddress = (cameraId: string, pictures: PictureWish): string =>
  apiAddress(`/api/cameras/${encodeURIComponent(cameraId)}/live?video=${pictures}`).replace(/^http/, 'ws');

/** The server's own line from the body of a failed answer, or a plain one. */
export const refusalLine = (status: number, body: unknown): string => {
  const parsed = problem.safeParse(body);
  return parsed.success ? parsed.data.error.message : `The service answered ${status}; see its log for the reason`;
};

/** What is only read is there soon or not at all: nobody waits for ever. */
const READ_WITHIN_MS = 30_000;

const unanswered = (cause: unknown): Error =>
  new Error(
    cause instanceof DOMException && cause.name === 'TimeoutError'
      ? 'The service did not answer in half a minute: try again'
      : 'The service cannot be reached; is it still running?',
    { cause },
  );

/** Calls the API; gives the parsed body. Throws an Error whose message is one line for a person. */
export const callApi = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(path, {
    method,
    headers: { ...authorization(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(method === 'GET' ? { signal: AbortSignal.timeout(READ_WITHIN_MS) } : {}),
  }).catch((cause: unknown) => {
    throw unanswered(cause);
  });
  const content: unknown = await answer.json().catch((cause: unknown) => {
    if (cause instanceof SyntaxError) return undefined;
    throw unanswered(cause);
  });
  if (!answer.ok) throw new Error(refusalLine(answer.status, content));
  return content;
};
