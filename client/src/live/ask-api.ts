import { callApi } from './access.ts';
import type { paths } from './api-types.gen.ts';

type Methods = { readonly GET: 'get'; readonly POST: 'post'; readonly PATCH: 'patch'; readonly DELETE: 'delete' };
type Operation<Path extends keyof paths, Method extends keyof Methods> = paths[Path][Methods[Method]];
/** Addresses that know a method. */
type PathOf<Method extends keyof Methods> = {
  [Path in keyof paths]: undefined extends Operation<Path, Method> ? never : Path;
}[keyof paths];

/** What may be left out may be undefined too: it is not sent. */
type Loose<T> = T extends object
  ? { [Key in keyof T]: Record<never, never> extends Pick<T, Key> ? Loose<T[Key]> | undefined : Loose<T[Key]> }
  : T;
type PathPart<Op> = Op extends { parameters: { path: infer Values } } ? { readonly path: Values } : { readonly path?: never };
type QueryPart<Op> = Op extends { parameters: { query?: infer Values } } ? { readonly query?: Loose<Values> } : { readonly query?: never };
type BodyPart<Op> = Op extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { readonly body: Loose<Body> }
  : Op extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? { readonly body?: Loose<Body> }
    : { readonly body?: never };
/** What a call has to give, as the service's own description has it. */
export type Given<Path extends keyof paths, Method extends keyof Methods> = PathPart<Operation<Path, Method>> &
  QueryPart<Operation<Path, Method>> &
  BodyPart<Operation<Path, Method>>;

type Answers<Op> = Op extends { responses: infer All } ? All[keyof All & (200 | 201 | 202)] : never;
/** What it is answered. */
export type Answer<Path extends keyof paths, Method extends keyof Methods> =
  Answers<Operation<Path, Method>> extends { content: { 'application/json': infer Body } } ? Body : undefined;

const filled = (path: string, values: Readonly<Record<string, string | number>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));

const queryText = (query: Readonly<Record<string, unknown>>): string => {
  const given = Object.entries(query).flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

type AskApi = <Method extends keyof Methods, Path extends PathOf<Method>>(
  method: Method,
  path: Path,
  ...given: Record<never, never> extends Given<Path, Method> ? [given?: Given<Path, Method>] : [given: Given<Path, Method>]
) => Promise<Answer<Path, Method>>;

type Plain = {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
};

/**
 * Calls a route of the service, checked against its own description: `askApi('GET', '/api/sessions/{id}/timeline', { path: { id }, query: { bins } })`.
 * Throws an Error whose message is one line for a person. What comes from outside is still to be parsed where more is done than to show it.
 */
export const askApi = ((method: keyof Methods, path: string, { path: values = {}, query = {}, body }: Plain = {}): Promise<unknown> =>
  callApi(method, filled(path, values) + queryText(query), body)) as AskApi;
