import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Configuration } from '../../domain/configuration.ts';
import type { SourceOffer } from '../../domain/wire.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import { listUploads, MAX_UPLOAD_BYTES, takeUpload } from './uploads.ts';

const uploadHeaders = z.object({ 'x-file-name': z.string().min(1).max(2000) });

/** The file's name, which headers carry in URI form. */
const plainName = (header: string): string => {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
};

/** What the source picker offers, and clips that are dropped on the page. */
export const sourceRoutes = (
  server: FastifyInstance,
  configuration: Configuration,
  listCameras: () => Promise<readonly SourceOffer[]>,
): void => {
  server.get('/api/sources', async () => {
    const [cameras, uploads] = await Promise.all([listCameras().catch(() => []), listUploads(configuration.dataDir)]);
    const simulated: SourceOffer = { kind: 'simulate', address: 'simulate:', label: 'Virtual microscope' };
    const address = parseSourceAddress(configuration.source);
    const started: SourceOffer[] =
      address.kind === 'simulate' || address.kind === 'whip'
        ? []
        : [{ kind: address.kind === 'path' ? 'file' : address.kind, address: address.label, label: address.label.slice(-200) }];
    return [simulated, ...started, ...cameras, ...uploads];
  });

  // A body of any type is taken as the clip itself, within this route alone.
  server.register(async (uploads) => {
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', { bodyLimit: MAX_UPLOAD_BYTES }, (_request, payload, done) => done(null, payload));
    uploads.post('/api/sources/upload', { bodyLimit: MAX_UPLOAD_BYTES }, async (request, reply) => {
      const name = plainName(uploadHeaders.parse(request.headers)['x-file-name']);
      const announced = Number(request.headers['content-length']);
      const offer = await takeUpload(
        configuration.dataDir,
        name,
        Number.isFinite(announced) ? announced : undefined,
        (request.body as Readable | undefined) ?? request.raw,
      );
      return reply.code(201).send(offer);
    });
  });
};
