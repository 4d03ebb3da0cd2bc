import { join } from 'node:path';
import { configuration } from '../../domain/configuration.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';

export const TOKEN = 'a-secret-of-enough-letters';

/** A service that publishers may come to; it keeps what it has in a folder, where `dataDir` is `data`. */
export const startWhipServer = (folder: string, settings: Readonly<Record<string, unknown>> = {}): Promise<HttpServer> =>
  startHttpServer({
    configuration: configuration.parse({
      ...{ port: 0, dataDir: join(folder, 'data'), token: TOKEN, engine: 'onnx:cpu', threads: 1, umPerPx: 0.1 },
      ...settings,
    }),
    version: '0.0.0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
    pageFolder: join(folder, 'page'),
  });
