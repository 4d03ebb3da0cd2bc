import Archive from '@lucide/svelte/icons/archive';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import Images from '@lucide/svelte/icons/images';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import MapIcon from '@lucide/svelte/icons/map';
import Microscope from '@lucide/svelte/icons/microscope';
import Ruler from '@lucide/svelte/icons/ruler';
import Settings from '@lucide/svelte/icons/settings';
import Video from '@lucide/svelte/icons/video';
import type { Component } from 'svelte';
import type { LiveSession } from '../live/live-session.svelte.ts';

/** What every page is given: the chosen camera. Theme, dialogs and keys come from the desk (`deskInUse`). */
export type PageProps = { session: LiveSession };

/** A page of the navigation, at `#/ID`; loaded when it is opened first. `key` opens it after `g`. */
export type Page = {
  readonly id: string;
  readonly label: string;
  readonly key: string;
  readonly icon: typeof Microscope;
  readonly load: () => Promise<{ default: Component<PageProps> }>;
};

export const pages: readonly Page[] = [
  { id: 'live', label: 'Live', key: 'l', icon: Microscope, load: () => import('./live-page.svelte') },
  { id: 'slide', label: 'Slide', key: 'm', icon: MapIcon, load: () => import('../map/slide-page.svelte') },
  { id: 'gallery', label: 'Gallery', key: 'g', icon: Images, load: () => import('../gallery/gallery-page.svelte') },
  { id: 'sessions', label: 'Sessions', key: 'r', icon: Archive, load: () => import('../sessions/sessions-page.svelte') },
  { id: 'cameras', label: 'Cameras', key: 'c', icon: LayoutGrid, load: () => import('../cameras/cameras-page.svelte') },
  { id: 'calibration', label: 'Calibrate', key: 'k', icon: Ruler, load: () => import('../calibration/calibration-page.svelte') },
  { id: 'train', label: 'Train', key: 't', icon: GraduationCap, load: () => import('../training/training-page.svelte') },
  { id: 'settings', label: 'Settings', key: 's', icon: Settings, load: () => import('../settings/settings-page.svelte') },
  { id: 'publish', label: 'Send', key: 'p', icon: Video, load: () => import('../publish/publish-page.svelte') },
];

export const FIRST_PAGE = 'live';
