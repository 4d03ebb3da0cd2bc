import { resolve } from 'node:path';
import type { Configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import type { OpenCamera } from '../../domain/wire.ts';
import { readProfile } from '../calibration/profile-store.ts';
import { modelsFolder } from '../training/known-sites.ts';
import type { Camera } from './camera.ts';
import { type CameraSettings, cameraSettings, type EventNews } from './camera-messages.ts';
import { superviseCamera } from './supervisor.ts';

/** The cameras of a server, by id. */
export type Cameras = {
  /** What cameras are opened with from now on. */
  readonly configuration: Configuration;
  list(): readonly Camera[];
  get(id: string): Camera | undefined;
  /** Opens a source in the camera of that id, which is made where it is not there yet. */
  open(request: OpenCamera): Promise<Camera>;
  /**
   * Opens the cameras anew with another configuration, each with its own source; with `goOn` they keep their sessions and what was counted.
   * A camera whose source has ended is left as it is.
   */
  configure(next: Configuration, goOn: boolean): Promise<void>;
  /** Opens the camera's source anew with another profile, empty for none; `undefined` where there is no such camera. */
  calibrate(id: string, name: string): Promise<Camera | undefined>;
  /** Ends the camera; `false` where there is none of that id. */
  remove(id: string): Promise<boolean>;
  close(): Promise<void>;
};

/** Each camera is a process with a network of its own. */
const MAX_CAMERAS = 8;

/** The given scale and profile, else the configured ones, except for a virtual microscope that was picked later: it knows its own. */
const settingsFor = async (configuration: Configuration, { source, umPerPx, calibration }: OpenCamera): Promise<CameraSettings> => {
  const knowsItsOwn = source.startsWith('simulate:') && source !== configuration.source;
  const { host: _host, port: _port, token: _token, dataDir, source: _source, ...settings } = configuration;
  const name = calibration ?? (knowsItsOwn ? undefined : configuration.calibration);
  const profile = name ? await readProfile(dataDir, name) : undefined;
  // A profile that is chosen for a camera speaks of it; the configured scale may be of another.
  const configured = knowsItsOwn || (calibration && profile?.scale !== undefined) ? undefined : configuration.umPerPx;
  return {
    ...cameraSettings.parse({ ...settings, calibration: name || undefined, umPerPx: umPerPx ?? configured }),
    profile,
    searchIn: [modelsFolder(resolve(dataDir))],
  };
};

export const createCameras = (start: Configuration, onEvent: (cameraId: string, event: EventNews) => void): Cameras => {
  let configuration = start;
  const cameras = new Map<string, Camera>();
  /** What each camera was opened with. */
  const requests = new Map<string, OpenCamera>();
  return {
    get configuration() {
      return configuration;
    },
    list: () => [...cameras.values()],
    get: (id) => cameras.get(id),
    open: async (request) => {
      const settings = await settingsFor(configuration, request);
      const present = cameras.get(request.id);
      if (present !== undefined) {
        requests.set(request.id, { ...request, session: undefined });
        await present.open(request.source, settings, request.session);
        return present;
      }
      if (cameras.size >= MAX_CAMERAS)
        throw new FaultError({ kind: 'usage', what: `${MAX_CAMERAS} cameras are open already`, remedy: 'close one of them first' });
      const camera = superviseCamera(request.id, request.source, settings, onEvent, configuration.dataDir, request.session);
      cameras.set(request.id, camera);
      requests.set(request.id, request);
      return camera;
    },
    configure: async (next, goOn) => {
      configuration = next;
      const reopen = async (camera: Camera, request: OpenCamera): Promise<void> => {
        const { state, session } = camera.status;
        if (state === 'ended') return;
        await camera.open(request.source, await settingsFor(configuration, request), goOn ? session : undefined);
        if (state === 'paused') camera.pause();
      };
      await Promise.all([...requests].map(([id, request]) => reopen(cameras.get(id)!, request)));
    },
    calibrate: async (id, name) => {
      const [camera, request] = [cameras.get(id), requests.get(id)];
      if (camera === undefined || request === undefined) return undefined;
      const { umPerPx: _given, ...rest } = request;
      const next: OpenCamera = { ...rest, calibration: name };
      const settings = await settingsFor(configuration, next);
      requests.set(id, next);
      await camera.open(next.source, settings);
      return camera;
    },
    remove: async (id) => {
      const camera = cameras.get(id);
      cameras.delete(id);
      requests.delete(id);
      await camera?.close();
      return camera !== undefined;
    },
    close: async () => {
      const all = [...cameras.values()];
      cameras.clear();
      requests.clear();
      await Promise.all(all.map((camera) => camera.close()));
    },
  };
};
