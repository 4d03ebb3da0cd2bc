import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import Fastify from 'fastify';
import type { Configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import type { SourceOffer } from '../../domain/wire.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import { calibrationRoutes } from '../calibration/calibration-routes.ts';
import type { EventNews } from '../camera/camera-messages.ts';
import { type Cameras, createCameras } from '../camera/cameras.ts';
import { createJobDesk } from '../jobs/job-desk.ts';
import { JOB_KINDS } from '../jobs/job-kinds.ts';
import type { LoadedConfiguration } from '../load-configuration.ts';
import { createSessionLibrary } from '../sessions/session-library.ts';
import { createSettings } from '../settings.ts';
import { modelsFolder } from '../training/known-sites.ts';
import { watchModels } from '../training/watch-models.ts';
import { webrtcRoutes } from '../webrtc/webrtc-routes.ts';
import { describeApi } from './api-document.ts';
import { cameraRoutes } from './camera-routes.ts';
import { classificationRoutes } from './classification-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { createGuard, requireTokenBeyondLoopback } from './guard.ts';
import { jobRoutes } from './job-routes.ts';
import { keyframeRoutes } from './keyframe-routes.ts';
import { serveLiveSockets } from './live-socket.ts';
import { metricsText } from './metrics.ts';
import { secureAnswers, servePage } from './page.ts';
import { answerProblems, sendProblem } from './problem-reply.ts';
import { recordingRoutes } from './recording-routes.ts';
import { replayRoutes } from './replay-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { liveSessions, sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { sourceRoutes } from './source-routes.ts';
import { trainingRoutes } from './training-routes.ts';

export type HttpServer = {
  /** Where it listens, without a token: `http://127.0.0.1:8420`. */
  readonly url: string;
  readonly cameras: Cameras;
  /** Ends the cameras' processes, the viewers and the listener. */
  close(): Promise<void>;
};

export type HttpServerOptions = {
  readonly configuration: Configuration;
  /** Where the values came from, and the file that changes are kept in; without one they last until the service ends. */
  readonly kept?: { readonly from: LoadedConfiguration['from']; readonly file: string };
  readonly version: string;
  /** Cameras that are plugged in now. */
  readonly listCameras: () => Promise<readonly SourceOffer[]>;
  readonly onEvent: (cameraId: string, event: EventNews) => void;
  readonly onInternal: (line: string) => void;
  /** Hears of each route that is answered, for checks of its description. */
  readonly onRoute?: (method: string, url: string) => void;
  /** The built page. */
  readonly pageFolder?: string;
  /** Bundle that says of what kind cells are; the shipped one where left out. */
  readonly classifier?: string;
};

const BODY_BYTES = 64 * 1024;

const listenFault = (configuration: Configuration, cause: NodeJS.ErrnoException): FaultError =>
  new FaultError(
    {
      kind: 'config',
      key: 'port',
      what: `cannot listen on ${configuration.host}:${configuration.port} (${cause.code ?? cause.message})`,
      remedy:
        cause.code === 'EADDRINUSE' ? 'end the program that uses it, or give --port 0 to take a free one' : 'choose another host or port',
    },
    { cause },
  );

/** Starts the service: REST, live sockets and the page. Opens no camera by itself. Throws a `config` fault where it cannot listen. */
export const startHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { configuration } = options;
  requireTokenBeyondLoopback(configuration.host, configuration.token);
  await mkdir(configuration.dataDir, { recursive: true }).catch((cause: unknown) => {
    throw new FaultError(
      {
        kind: 'config',
        key: 'dataDir',
        what: `cannot make the data folder ${configuration.dataDir}`,
        remedy: 'choose a folder that can be written',
      },
      { cause },
    );
  });

  const listener = createServer({ requestTimeout: 0, headersTimeout: 20_000 });
  const server = Fastify({
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
    serverFactory: (handler) => listener.on('request', handler),
  });
  const guard = createGuard(configuration.token);
  const cameras = createCameras(configuration, options.onEvent);
  const library = createSessionLibrary(configuration.dataDir, () => liveSessions(cameras));
  const jobs = createJobDesk(configuration.dataDir, JOB_KINDS, configuration.jobNice);
  const stopWatchingModels = watchModels(configuration.dataDir, (name) => {
    if (cameras.configuration.model === name) for (const camera of cameras.list()) camera.changeModel();
  });
  const startedAt = performance.now();

  answerProblems(server, options.onInternal);
  secureAnswers(server);
  server.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?')[0]!;
    // The page's own files hold no secret, and a probe for life needs none; everything else is guarded.
    if (!path.startsWith('/api/') && path !== '/metrics') return;
    if (path === '/api/health') return;
    const refusal = guard(request.raw);
    if (refusal !== undefined) await sendProblem(reply, refusal.status, refusal.kind, refusal.message);
    // It is the door's, as it is in a header: no route asks for it.
    else delete (request.query as { token?: unknown }).token;
  });
  await describeApi(server, options.version, options.onRoute);
  server.get('/api/health', () => ({
    status: 'ok',
    version: options.version,
    uptimeS: Math.round((performance.now() - startedAt) / 1000),
  }));
  server.get('/api/bundle', async () => (await loadBundle(configuration.model, { searchIn: [modelsFolder(configuration.dataDir)] })).card);
  server.get('/metrics', (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(cameras)));
  cameraRoutes(server, cameras, configuration, library);
  settingsRoutes(
    server,
    createSettings(configuration, options.kept ?? {}, (next, goOn) => cameras.configure(next, goOn)),
  );
  webrtcRoutes(server, cameras);
  sourceRoutes(server, configuration, options.listCameras);
  sessionRoutes(server, cameras, library);
  classificationRoutes(server, cameras, library, options.classifier);
  recordingRoutes(server, library, configuration.dataDir);
  reviewRoutes(server, library, configuration.dataDir, () => liveSessions(cameras));
  jobRoutes(server, jobs);
  replayRoutes(server, library, jobs, configuration.dataDir);
  calibrationRoutes(server, cameras, configuration.dataDir);
  trainingRoutes(server, jobs, configuration.dataDir);
  keyframeRoutes(server, cameras, configuration.dataDir);
  exportRoutes(server, library, configuration.dataDir, options.version);
  await servePage(server, options.pageFolder);
  const closeSockets = serveLiveSockets(listener, cameras, guard);

  await server.listen({ host: configuration.host, port: configuration.port }).catch((cause: NodeJS.ErrnoException) => {
    throw listenFault(configuration, cause);
  });
  const { port } = listener.address() as AddressInfo;
  // "Everywhere" is no address that a browser can open.
  const named = configuration.host === '0.0.0.0' || configuration.host === '::' ? hostname() : configuration.host;
  const host = named.includes(':') ? `[${named}]` : named;
  return {
    url: `http://${host}:${port}`,
    cameras,
    close: async () => {
      stopWatchingModels();
      closeSockets();
      await Promise.all([cameras.close(), jobs.close()]);
      await server.close();
      library.close();
    },
  };
};
