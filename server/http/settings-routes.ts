import type { FastifyInstance } from 'fastify';
import { settingsChange } from '../../domain/settings-document.ts';
import type { Settings } from '../settings.ts';

/** The settings as a schema with values, and their change. */
export const settingsRoutes = (server: FastifyInstance, settings: Settings): void => {
  server.get('/api/settings', () => settings.answer());
  server.patch('/api/settings', (request) => settings.change(settingsChange.parse(request.body)));
};
