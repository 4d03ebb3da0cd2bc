import swagger from '@fastify/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problem } from '../../domain/wire.ts';
import { API_CONTRACT, API_SHAPES, type RouteContract } from './api-contract.ts';

const schemaRegistry = z.registry<{ id?: string | undefined }>();
for (const [id, shape] of Object.entries(API_SHAPES)) schemaRegistry.add(shape, { id });

const nameShapes = createJsonSchemaTransformObject({ schemaRegistry });
/** Each shape comes as it is given and as it is taken; those that nothing names are left out. */
const withoutUnused = <Whole>(document: Whole): Whole => {
  const text = JSON.stringify(document);
  const { components } = document as { components?: { schemas?: Record<string, unknown> } };
  const all = Object.entries(components?.schemas ?? {});
  const schemas = Object.fromEntries(all.filter(([id]) => text.includes(`"#/components/schemas/${id}"`)));
  return { ...document, components: { ...components, schemas } };
};

const FAILED = { description: 'what failed, on what, and what to do next', content: { 'application/json': { schema: problem } } };

/** As Fastify and its OpenAPI writer take it. */
const schemaOf = (url: string, { summary, querystring, body, answer, type, status = 200 }: RouteContract): Record<string, unknown> => {
  const content =
    type === undefined
      ? answer && { 'application/json': { schema: answer } }
      : { [type]: { schema: z.string().meta({ format: 'binary' }) } };
  return {
    summary,
    tags: [url.split('/')[2]?.replace(/\..*/, '') ?? 'service'],
    ...(querystring && { querystring }),
    ...(body && { body }),
    ...(url === '/api/sources/upload' ? { consumes: ['application/octet-stream'] } : {}),
    response: {
      [status]: content === undefined ? z.undefined().describe('done') : { description: 'as asked', content },
      '4xx': FAILED,
      '5xx': FAILED,
    },
  };
};

/** The method of a route; several at once are those that mean nothing at an address, and HEAD follows from GET. */
const methodOf = ({ method }: RouteOptions): string | undefined => (typeof method === 'string' && method !== 'HEAD' ? method : undefined);

const describe = (route: RouteOptions): void => {
  const contract = API_CONTRACT[`${methodOf(route)} ${route.url}`];
  route.schema = contract === undefined ? { hide: true } : schemaOf(route.url, contract);
};

/**
 * Describes the interface as OpenAPI 3.1, at `/api/openapi.json`, and holds requests to what is described. Routes that are registered after it are
 * looked up in the contract.
 */
export const describeApi = async (
  server: FastifyInstance,
  version: string,
  onRoute?: (method: string, url: string) => void,
): Promise<void> => {
  // Routes parse what they are given once more, for its types; answers are what their types say.
  server.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const { error } = schema.safeParse(data);
    return error === undefined ? true : { error };
  });
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  server.addHook('onRoute', (route) => {
    describe(route);
    const method = methodOf(route);
    if (method !== undefined) onRoute?.(method, route.url);
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Smearscope', version, description: 'Counts the cells of a blood smear; records, reviews and exports sessions.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'beyond loopback, where one is set' } } },
      security: [{ token: [] }, {}],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: (document) => withoutUnused(nameShapes(document)),
  });
  server.get('/api/openapi.json', () => server.swagger());
};
