import { faultLine } from '../live/fault-line.ts';
import { type ControlGroup, type ControlValues, controlConstraints, controlGroups, controlValues } from './camera-controls.ts';
import { cameraProblem } from './camera-problem.ts';

export type PictureFormat = { readonly widthPx: number; readonly heightPx: number; readonly framesPerS: number };

export const FORMATS: readonly PictureFormat[] = [
  { widthPx: 640, heightPx: 480, framesPerS: 30 },
  { widthPx: 1280, heightPx: 720, framesPerS: 30 },
  { widthPx: 1280, heightPx: 720, framesPerS: 60 },
  { widthPx: 1280, heightPx: 960, framesPerS: 30 },
  { widthPx: 1920, heightPx: 1080, framesPerS: 15 },
  { widthPx: 1920, heightPx: 1080, framesPerS: 30 },
];

/** Where the browser gives pages no cameras at all; `undefined` where it does. */
const noCamerasHere = (): string | undefined =>
  navigator.mediaDevices === undefined
    ? 'Browsers give cameras only to pages of this computer or over https: open the page on the computer the service runs on, or put https before the service'
    : undefined;

/** Cameras are asked as they are: what a call wants (echoes, gains, faces) spoils a picture that is measured. */
const asked = (deviceId: string, { widthPx, heightPx, framesPerS }: PictureFormat): MediaTrackConstraints => ({
  ...(deviceId === '' ? {} : { deviceId: { exact: deviceId } }),
  width: { ideal: widthPx },
  height: { ideal: heightPx },
  frameRate: { ideal: framesPerS },
});

/** The cameras of this computer, the one that is open, and its controls. */
export class CameraInput {
  devices: readonly { readonly id: string; readonly label: string }[] = $state.raw([]);
  /** Empty: whichever the browser gives. */
  deviceId: string = $state('');
  format: PictureFormat = $state.raw(FORMATS[1] as PictureFormat);
  stream: MediaStream | undefined = $state.raw();
  controls: readonly ControlGroup[] = $state.raw([]);
  values: ControlValues = $state.raw({});
  /** One line; empty where all is well. */
  problem: string = $state(noCamerasHere() ?? '');
  /** Told when the open camera goes away by itself, and when the list of cameras changed. */
  onunplugged: () => void = () => {};
  onlist: () => void = () => {};

  constructor() {
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.look());
    void this.look();
  }

  get track(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }

  /** Looks which cameras there are; their names are known only once one was allowed. */
  async look(): Promise<void> {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    this.devices = all
      .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
      .map(({ deviceId, label }, index) => ({ id: deviceId, label: label || `Camera ${index + 1}` }));
    this.onlist();
  }

  /** Opens the chosen camera in the chosen format; false, with `problem` told, where it cannot be. */
  async open(): Promise<boolean> {
    this.close();
    this.problem = noCamerasHere() ?? '';
    if (this.problem !== '') return false;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: asked(this.deviceId, this.format), audio: false });
      this.#adopt(stream);
    } catch (error) {
      this.problem = cameraProblem(error);
      return false;
    }
    await this.look();
    return true;
  }

  close(): void {
    for (const track of this.stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.stream = undefined;
    this.controls = [];
  }

  /** Sets a control of the open camera: a value within its range, or a mode. */
  async set(name: string, value: number | string): Promise<void> {
    const { track } = this;
    if (!track) return;
    this.values = { ...this.values, [name]: value };
    try {
      const advanced = [controlConstraints(this.controls, this.values) as MediaTrackConstraintSet];
      await track.applyConstraints({ ...asked(this.deviceId, this.format), advanced });
      this.problem = '';
    } catch (error) {
      this.problem = `The camera did not take this setting (${faultLine(error)})`;
      this.values = controlValues(this.controls, { ...track.getSettings() });
    }
  }

  #adopt(stream: MediaStream): void {
    const track = stream.getVideoTracks()[0];
    if (!track) throw new DOMException('no picture', 'NotFoundError');
    track.contentHint = 'detail';
    track.onended = () => {
      this.close();
      this.onunplugged();
    };
    this.stream = stream;
    this.deviceId = track.getSettings().deviceId ?? this.deviceId;
    // Firefox has no capabilities of cameras.
    this.controls = controlGroups({ ...track.getCapabilities?.() });
    this.values = controlValues(this.controls, { ...track.getSettings() });
  }
}
