import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuration } from '../../domain/configuration.ts';
import { API_CONTRACT } from '../../server/http/api-contract.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';
import { API_TYPES_FILE, apiTypes } from '../../server/http/write-api-types.ts';

type Document = { readonly openapi: string; readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

let folder = '';
let server: HttpServer;
let document: Document;
const routes: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smearscope-openapi-'));
  server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir: folder }),
    version: '0.0.0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
    onRoute: (method, url) => routes.push(`${method} ${url}`),
    pageFolder: join(folder, 'page'),
  });
  document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test('has every route of the service, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const registered = [...new Set(routes)].filter((route) => route.split(' ')[1]!.startsWith('/api/'));
    expect(registered.length).toBeGreaterThan(60);
    expect(described.sort()).toEqual(registered.sort());
    expect(Object.keys(API_CONTRACT)).toEqual(expect.arrayContaining(registered));
  });

  test('is what requests are held to, in one line', async () => {
    const refused = await fetch(`${server.url}/api/sessions?limit=0`);
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: { kind: 'usage', message: expect.stringMatching(/^the request cannot be used: limit: /) } },
    ]);
    expect((await fetch(`${server.url}/api/sessions?limits=3`)).status).toBe(400);
    expect((await fetch(`${server.url}/api/sessions?kept=yes&from=2026-01-01`)).status).toBe(200);
  });
});

test('the types that the page calls the service by are those of the document', async () => {
  expect(readFileSync(API_TYPES_FILE, 'utf8') === (await apiTypes()), 'npm run api-types').toBe(true);
});
