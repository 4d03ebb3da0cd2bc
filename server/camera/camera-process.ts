import { specimenOf } from '../find-specimen.ts';
import { createWebrtcInlet } from '../ingest/webrtc-inlet.ts';
import { createWebrtcOutlet } from '../ingest/webrtc-outlet.ts';
import { webrtcSettings } from '../ingest/webrtc-settings.ts';
import { type CameraOrder, type CameraSettings, cameraSettings } from './camera-messages.ts';
import { type CameraSession, startCameraSession } from './camera-session.ts';
import { createNewsChannel } from './news-channel.ts';

/** The process of one camera: takes orders from the server that forked it, and ends with it. */
const ALIVE_EVERY_MS = 1000;

const channel = createNewsChannel();
let session: CameraSession | undefined;
let settings: CameraSettings = cameraSettings.parse({});
const webrtc = {
  inlet: createWebrtcInlet(() => webrtcSettings(settings)),
  outlet: createWebrtcOutlet(
    () => webrtcSettings(settings),
    (text) => channel.tell({ type: 'event', at: Date.now(), level: 'warning', text }),
  ),
};

const end = async (): Promise<never> => {
  await Promise.all([session?.close(), webrtc.outlet.close()]);
  process.exit(0);
};

process.on('message', (order: CameraOrder) => {
  switch (order.type) {
    case 'open':
      settings = order.settings;
      // Cells that flow are not drawn.
      if (specimenOf(order.source, settings.specimen) === 'flow') settings = { ...settings, outlines: false };
      session ??= startCameraSession(order.source, settings, channel, order.session, webrtc);
      return;
    case 'pause':
      return session?.pause();
    case 'resume':
      return session?.resume();
    case 'record':
      return session?.record(order.on);
    case 'reset':
      return session?.reset(order.session);
    case 'model':
      return session?.changeModel();
    case 'watch':
      return session?.watch(order.watched);
    case 'keyframe':
      return session?.askForKeyframe();
    case 'signal':
      void webrtc[order.call.role === 'whip' ? 'inlet' : 'outlet']
        .answer(order.call)
        .then((reply) => channel.tell({ type: 'signal', number: order.number, reply }));
      return;
    case 'measure':
      return session?.measure(order.number, order.request);
    case 'stop':
      void end();
      return;
    default:
      order satisfies never;
  }
});
process.once('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches the whole group; the server alone decides when a camera ends.
process.on('SIGINT', () => {});
setInterval(() => channel.tell({ type: 'alive' }), ALIVE_EVERY_MS);
