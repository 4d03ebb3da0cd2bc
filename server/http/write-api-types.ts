import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypes, { astToString } from 'openapi-typescript';
import { configuration } from '../../domain/configuration.ts';
import { startHttpServer } from './http-server.ts';

/** The types that the page's calls are checked by, made of the OpenAPI document: `npm run api-types` writes them. */
export const API_TYPES_FILE = fileURLToPath(new URL('../../client/src/live/api-types.gen.ts', import.meta.url));

const HEAD = `// Generated from the OpenAPI document of the service by \`npm run api-types\`: change the routes, not this file.\n`;

export const apiTypes = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'smearscope-api-'));
  const server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir: folder }),
    version: '0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
    pageFolder: join(folder, 'page'),
  });
  try {
    const document = await (await fetch(`${server.url}/api/openapi.json`)).json();
    return HEAD + astToString(await openapiTypes(document as never));
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(API_TYPES_FILE, await apiTypes());
