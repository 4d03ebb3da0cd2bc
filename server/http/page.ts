import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export const PAGE_FOLDER = fileURLToPath(new URL('../../client/dist/', import.meta.url));

const POLICY = [
  "default-src 'self'",
  // Pictures of the live view and of the slide map are made in the page.
  "img-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that keep the page to itself. */
export const secureAnswers = (server: FastifyInstance): void => {
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
  });
  server.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
};

const NO_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Smearscope</title>
<p>The page is not built. Run <code>npm run build</code> in the project's folder and load this again.</p></html>`;

/** The built page, or a line that says how to build it. The folder may come to be after the start. */
export const servePage = async (server: FastifyInstance, folder: string = PAGE_FOLDER): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await server.register(fastifyStatic, {
    root: folder,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Built files carry their content's hash in the name; the page that names them must be fresh.
      reply.header('cache-control', /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  server.get('/', (_request, reply) =>
    existsSync(join(folder, 'index.html'))
      ? reply.sendFile('index.html')
      : reply.code(503).type('text/html; charset=utf-8').header('retry-after', '5').send(NO_PAGE),
  );
};
