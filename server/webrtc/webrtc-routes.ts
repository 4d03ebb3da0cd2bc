import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { openCamera } from '../../domain/wire.ts';
import type { Camera } from '../camera/camera.ts';
import type { Cameras } from '../camera/cameras.ts';
import { sendProblem } from '../http/problem-reply.ts';
import { isRefusal, readOffer } from '../ingest/webrtc-offer.ts';
import { MAX_SDP_BYTES, type SignalReply } from '../ingest/webrtc-signal.ts';
import { iceServerLinks } from './ice-server-links.ts';

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';
const EXPOSED = 'Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After';

type Role = 'whip' | 'whep';
type AtCamera = { Params: { id: string } };
type AtResource = { Params: { id: string; resource: string } };

const mediaType = (header: string | undefined): string => (header ?? '').split(';')[0]!.trim().toLowerCase();

/** Whether the client says that it can read the answer. Saying nothing is saying yes. */
const accepts = (header: string | undefined, type: string): boolean =>
  header === undefined || header.split(',').some((range) => ['*/*', 'application/*', type].includes(mediaType(range)));

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

const refused = (reply: FastifyReply, { status, message = 'refused', retryAfterS }: SignalReply): FastifyReply => {
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  return sendProblem(reply, status, 'webrtc', message);
};

/** The camera, showing what publishers send: made or switched over where it is not, once for all offers that come meanwhile. */
const createPublishersCamera = (cameras: Cameras): ((id: string) => Promise<Camera>) => {
  const opening = new Map<string, Promise<Camera>>();
  return (id) => {
    const present = cameras.get(id);
    if (present !== undefined && present.status.source === 'whip:' && !['ended', 'failed'].includes(present.status.state))
      return Promise.resolve(present);
    const known = opening.get(id);
    if (known !== undefined) return known;
    const request = openCamera.parse({ id, source: 'whip:' });
    const opened = cameras.open(request).finally(() => opening.delete(id));
    opening.set(id, opened);
    return opened;
  };
};

/**
 * WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): a peer posts its offer to `/api/cameras/ID/whip` or `…/whep` and gets the answer with the address of its
 * resource, which takes ICE candidates and restarts by PATCH and ends by DELETE. The connections themselves are in the camera process; this only relays.
 * A camera that shows something else is opened for publishers by the first offer to publish.
 */
export const webrtcRoutes = (server: FastifyInstance, cameras: Cameras): void => {
  const publishersCamera = createPublishersCamera(cameras);
  const links = (): string[] => iceServerLinks(cameras.configuration.iceServers);

  const offer = async (role: Role, request: FastifyRequest<AtCamera>, reply: FastifyReply): Promise<FastifyReply> => {
    const { id } = request.params;
    if (mediaType(request.headers['content-type']) !== SDP)
      return sendProblem(reply, 415, 'usage', `an offer is sent as ${SDP}: set Content-Type`);
    if (!accepts(request.headers.accept, SDP)) return sendProblem(reply, 406, 'usage', `the answer is ${SDP}: let Accept allow it`);
    const sdp = request.body as string;
    // Before a camera is opened for it: an offer that cannot be must not end what the camera shows.
    const read = readOffer(sdp, role === 'whip' ? 'service' : 'player');
    if (isRefusal(read)) return refused(reply, read);
    const camera = role === 'whip' ? await publishersCamera(id) : cameras.get(id);
    if (camera === undefined) return sendProblem(reply, 404, 'usage', `no camera ${id.slice(0, 60)}: GET /api/cameras lists them`);
    const answer = await camera.signal({ role, do: 'offer', sdp });
    if (answer.status >= 300) return refused(reply, answer);
    return reply
      .code(answer.status)
      .type(SDP)
      .header('location', `/api/cameras/${id}/${role}/${answer.resource}`)
      .header('etag', answer.etag)
      .header('link', links())
      .header('accept-patch', FRAGMENT)
      .send(answer.sdp);
  };

  const patch = async (role: Role, request: FastifyRequest<AtResource>, reply: FastifyReply): Promise<FastifyReply> => {
    const { id, resource } = request.params;
    if (mediaType(request.headers['content-type']) !== FRAGMENT) {
      reply.header('accept-patch', FRAGMENT);
      return sendProblem(reply, 415, 'usage', `candidates and restarts are sent as ${FRAGMENT}: set Content-Type`);
    }
    const camera = cameras.get(id);
    if (camera === undefined) return sendProblem(reply, 404, 'usage', `no camera ${id.slice(0, 60)}: GET /api/cameras lists them`);
    const fragment = request.body as string;
    const answer = await camera.signal({ role, do: 'patch', resource, fragment, ifMatch: one(request.headers['if-match']) });
    if (answer.status >= 300) return refused(reply, answer);
    if (answer.sdp === undefined) return reply.code(204).send();
    return reply.code(200).type(FRAGMENT).header('etag', answer.etag).send(answer.sdp);
  };

  const end = async (role: Role, { params: { id, resource } }: FastifyRequest<AtResource>, reply: FastifyReply): Promise<FastifyReply> => {
    const answer = await cameras.get(id)?.signal({ role, do: 'delete', resource });
    if (answer === undefined) return sendProblem(reply, 404, 'usage', `no camera ${id.slice(0, 60)}: GET /api/cameras lists them`);
    return answer.status >= 300 ? refused(reply, answer) : reply.code(200).send();
  };

  /** Answer to a browser that asks beforehand what it may send. */
  const options = (reply: FastifyReply, methods: string): FastifyReply =>
    reply
      .code(204)
      .header('allow', methods)
      .header('accept-post', SDP)
      .header('accept-patch', FRAGMENT)
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', 'Authorization, Content-Type, If-Match')
      .header('link', links())
      .send();

  // A body of any type is taken as text, within these routes alone, and no longer than an SDP ever is.
  server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_SDP_BYTES }, (_request, body, done) => done(null, body));
    routes.setErrorHandler((error, _request, reply) => {
      const { code } = error as { code?: string };
      if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
        return sendProblem(reply, 415, 'usage', `the body is ${SDP} or ${FRAGMENT}: set Content-Type`);
      if (code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error;
      return sendProblem(reply, 413, 'usage', `an SDP of more than ${MAX_SDP_BYTES / 1024} KB is not read: send the offer alone`);
    });
    routes.addHook('onSend', async (_request, reply) => {
      reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED);
    });
    for (const role of ['whip', 'whep'] as const) {
      const endpoint = `/api/cameras/:id/${role}`;
      const resource = `${endpoint}/:resource`;
      routes.post<AtCamera>(endpoint, (request, reply) => offer(role, request, reply));
      routes.options(endpoint, (_request, reply) => options(reply, 'OPTIONS, POST'));
      routes.patch<AtResource>(resource, (request, reply) => patch(role, request, reply));
      routes.delete<AtResource>(resource, (request, reply) => end(role, request, reply));
      routes.options(resource, (_request, reply) => options(reply, 'OPTIONS, PATCH, DELETE'));
      for (const [url, methods] of [
        [endpoint, ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']],
        [resource, ['GET', 'HEAD', 'PUT', 'POST']],
      ] as const)
        routes.route({
          url,
          method: [...methods],
          exposeHeadRoute: false,
          handler: (request, reply) => {
            reply.header('allow', url === endpoint ? 'OPTIONS, POST' : 'OPTIONS, PATCH, DELETE');
            return sendProblem(reply, 405, 'usage', `${request.method} means nothing here: POST an offer, PATCH and DELETE its resource`);
          },
        });
    }
  });
};
