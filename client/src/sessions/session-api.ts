import { type SessionChange, type SessionDetail, type SessionPage, sessionDetail, sessionPage } from '../../../domain/session.ts';
import { askApi } from '../live/ask-api.ts';
import { listQuery, type SessionsAsked } from './list-query.ts';

/** Throw an Error whose message is one line for a person. */
export const listSessions = async (asked: SessionsAsked, cursor?: string): Promise<SessionPage> =>
  sessionPage.parse(await askApi('GET', '/api/sessions', { query: listQuery(asked, cursor) }));
export const changeSession = async (id: string, change: SessionChange): Promise<SessionDetail> =>
  sessionDetail.parse(await askApi('PATCH', '/api/sessions/{id}', { path: { id }, body: change }));
export const deleteSession = async (id: string): Promise<void> => {
  await askApi('DELETE', '/api/sessions/{id}', { path: { id } });
};
