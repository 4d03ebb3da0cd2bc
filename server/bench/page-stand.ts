import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import sharp from 'sharp';
import { seededRandom } from '../../domain/random.ts';
import type { CameraStatus } from '../../domain/wire.ts';
import type { Camera, FrameNews } from '../camera/camera.ts';
import type { Cameras } from '../camera/cameras.ts';
import { createMapMirror } from '../camera/map-mirror.ts';
import { createGuard } from '../http/guard.ts';
import { keyframeRoutes } from '../http/keyframe-routes.ts';
import { serveLiveSockets } from '../http/live-socket.ts';
import { secureAnswers, servePage } from '../http/page.ts';
import { sessionRoutes } from '../http/session-routes.ts';
import { openSessionToWrite } from '../sessions/session-database.ts';
import { newSessionId, sessionFolder } from '../sessions/session-folder.ts';
import { createSessionLibrary } from '../sessions/session-library.ts';
import { createSessionWriter } from '../sessions/session-writer.ts';
import { fullReport, largeSession, largeSlide, type StandSize, slideDrawings } from './page-load.ts';
import { STAND_CLASSES } from './stand-facts.ts';

const FRAMES_PER_SECOND = 30;
const CROP_KINDS = 120;
const KEYFRAME_KINDS = 12;

/** Pictures of noise, which no encoder makes small, so that decoding costs what it costs with cells. */
const noisePictures = async (count: number, widthPx: number, heightPx: number, seed: number): Promise<Uint8Array[]> => {
  const random = seededRandom(seed);
  const picture = async (): Promise<Uint8Array> => {
    const coarse = Buffer.from(Array.from({ length: 3 * 16 * 12 }, () => 120 + Math.floor(random.next() * 120)));
    const image = sharp(coarse, { raw: { width: 16, height: 12, channels: 3 } }).resize(widthPx, heightPx, {
      kernel: 'cubic',
      fit: 'fill',
    });
    return image.jpeg({ quality: 85 }).toBuffer();
  };
  const pictures: Uint8Array[] = [];
  for (let i = 0; i < count; i++) pictures.push(await picture());
  return pictures;
};

/** The service's own routes, sockets and page over a slide and a session as large as asked for, with a camera that shows full fields. */
export const startPageStand = async (size: StandSize): Promise<{ readonly url: string } & AsyncDisposable> => {
  await using owned = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-page-'));
  owned.defer(() => rm(dataDir, { recursive: true, force: true }));
  const session = newSessionId();
  const folder = sessionFolder(dataDir, session)!;
  mkdirSync(folder, { recursive: true });
  const database = openSessionToWrite(folder);
  const writer = createSessionWriter(database);
  writer.begin(0);
  const { batch, crops } = largeSession(size.crops, session, await noisePictures(CROP_KINDS, 160, 156, 1));
  writer.write(batch, crops);
  database.close();

  const mirror = createMapMirror();
  const slide = largeSlide(size, await noisePictures(KEYFRAME_KINDS, 320, 180, 2));
  mirror.apply(slide);
  const drawings = slideDrawings(size, slide);
  const [picture] = await noisePictures(1, 1280, 720, 3);
  const status: CameraStatus = {
    id: 'main',
    source: 'simulate:?seed=1',
    state: 'running',
    reason: '',
    classes: [...STAND_CLASSES],
    model: 'none',
    engine: 'none',
    engineReason: '',
    umPerPx: 0.072,
    umPerPxFrom: 'given',
    restarts: 0,
    session,
  };
  const camera = {
    id: 'main',
    status,
    report: undefined,
    ledger: [],
    viewers: 1,
    pid: undefined,
    watch: (viewer) => {
      viewer({ type: 'status', status });
      for (const news of [...mirror.whole(), ...drawings]) viewer(news);
      let frame = 0;
      const timer = setInterval(() => {
        const report = fullReport(size, frame++, 1000 / FRAMES_PER_SECOND);
        viewer({ type: 'frame', report, picture: picture!, latencyMs: 1 } satisfies FrameNews);
      }, 1000 / FRAMES_PER_SECOND);
      return () => clearInterval(timer);
    },
    askForKeyframe: () => {},
  } satisfies Partial<Camera> as unknown as Camera;
  const cameras = { list: () => [camera], get: (id: string) => (id === 'main' ? camera : undefined) } as unknown as Cameras;

  const listener = createServer();
  const server = Fastify({ forceCloseConnections: true, serverFactory: (handler) => listener.on('request', handler) });
  owned.defer(() => server.close());
  const library = createSessionLibrary(dataDir);
  owned.defer(() => library.close());
  secureAnswers(server);
  server.get('/api/cameras', () => [status]);
  sessionRoutes(server, cameras, library);
  keyframeRoutes(server, cameras, dataDir);
  await servePage(server);
  owned.defer(serveLiveSockets(listener, cameras, createGuard(undefined)));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const all = owned.move();
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};
