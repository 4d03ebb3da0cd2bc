import type { FastifyInstance, FastifyReply } from 'fastify';
import { ZodError } from 'zod';
import { type Fault, faultLine, isFault } from '../../domain/fault.ts';
import type { Problem } from '../../domain/wire.ts';

const httpStatus = (fault: Fault): number => (fault.kind === 'internal' || fault.kind === 'engine' ? 500 : 400);

export const sendProblem = (reply: FastifyReply, status: number, kind: string, message: string): FastifyReply =>
  reply.code(status).send({ error: { kind, message } } satisfies Problem);

const zodLine = (error: ZodError): string => {
  const issue = error.issues[0];
  return `the request cannot be used: ${issue?.path.join('.') || 'body'}: ${issue?.message}`;
};

/** Makes every failure of a route one line in one form; what is nobody's fault says nothing of the inside. */
export const answerProblems = (server: FastifyInstance, onInternal: (line: string) => void): void => {
  server.setErrorHandler((error, _request, reply) => {
    if (isFault(error)) return sendProblem(reply, httpStatus(error.fault), error.fault.kind, faultLine(error.fault));
    if (error instanceof ZodError) return sendProblem(reply, 400, 'usage', zodLine(error));
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) return sendProblem(reply, status, 'usage', (error as Error).message);
    onInternal(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return sendProblem(reply, 500, 'internal', 'the service failed on this request: see its log');
  });
  server.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 404, 'usage', `nothing here: ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}`),
  );
};
