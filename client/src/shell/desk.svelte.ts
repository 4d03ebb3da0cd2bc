import { createContext } from 'svelte';
import { knownCameras } from '../live/known-cameras.ts';
import { LiveSession } from '../live/live-session.svelte.ts';
import { KeyBindings } from './key-bindings.svelte.ts';
import { Router } from './router.svelte.ts';
import { ViewChoices } from './view-choices.svelte.ts';

export type Dialog = 'source' | 'reset' | 'legend';

const CAMERA_KEY = 'smearscope.camera';

const firstCamera = (): string => new URLSearchParams(location.search).get('camera') ?? sessionStorage.getItem(CAMERA_KEY) ?? 'main';

/** What all pages share: the chosen camera and its one live session, the route, the keys, what the viewer chose to see. */
export class Desk {
  readonly choices = new ViewChoices();
  readonly router = new Router();
  readonly keys = new KeyBindings();
  cameraIds: readonly string[] = $state.raw([]);
  session: LiveSession = $state.raw(new LiveSession(firstCamera()));
  dialog: Dialog | undefined = $state();
  /** Id of a camera that the source dialog makes; `undefined` where it gives the chosen camera another source. */
  newCameraId: string | undefined = $state();

  /** Asks for a source: of the chosen camera, or of a new one. */
  openSource(newCameraId?: string): void {
    this.newCameraId = newCameraId;
    this.dialog = 'source';
  }

  /** Makes a camera the chosen one, on every page. */
  choose(cameraId: string): void {
    if (cameraId === this.session.cameraId) return;
    this.session[Symbol.dispose]();
    this.session = new LiveSession(cameraId);
    sessionStorage.setItem(CAMERA_KEY, cameraId);
    const here = new URL(location.href);
    if (!here.searchParams.has('camera')) return;
    here.searchParams.set('camera', cameraId);
    history.replaceState(history.state, '', here);
  }

  /** Asks which cameras there are; where the chosen one is not among them the first is chosen. */
  async look(): Promise<void> {
    this.cameraIds = await knownCameras();
    const first = this.cameraIds[0];
    if (first !== undefined && !this.cameraIds.includes(this.session.cameraId)) this.choose(first);
  }
}

/** The desk of the page that a component is on. */
export const [deskInUse, provideDesk] = createContext<Desk>();
