import type OpenSeadragon from 'openseadragon';
import type { Point } from '../../../domain/geometry.ts';
import type { Extent } from '../picture/extent.ts';
import type { Arrangement } from './arrange-islands.ts';
import type { MapView } from './draw-map.ts';
import { carryAlong, drawSparingly } from './draw-sparingly.ts';
import type { SlideChart } from './slide-chart.svelte.ts';
import { SlidePictures, UNIT_PX } from './slide-pictures.ts';

/** CSS pixels for a camera pixel, at most. */
const LARGEST_SCALE = 8;
/** A field that keeps this far within the view needs no following. */
const FOLLOW_MARGIN = 0.18;

export type SlideViewerEvents = {
  /** With each drawing: where the world lies in the view, and whether the pictures were only `carried` along from their last drawing. */
  readonly view: (view: MapView, carried: boolean) => void;
  /** Whether what lies over the pictures takes long to draw. */
  readonly isMuch: () => boolean;
  /** Whether something else is shown in a view in place of the pictures. */
  readonly isCovered: (view: MapView) => boolean;
  /** A click or tap, in world pixels. */
  readonly press: (at: Point) => void;
  /** Somebody moved the view by hand. */
  readonly moved: () => void;
};

/** The pictures of a slide under OpenSeadragon: each keyframe an image of its own, moved when the map is adjusted. */
export type SlideViewer = Disposable & {
  /** Brings the pictures in line with the map; `fullAddress` gives the address of a keyframe's full picture, where there is one. */
  show(chart: SlideChart, arrangement: Arrangement, fullAddress?: (keyframe: number) => string): void;
  showPictures(shown: boolean): void;
  fit(): void;
  zoomBy(factor: number): void;
  /** By a share of the view. */
  panBy(x: number, y: number): void;
  /** Puts a point in the middle, at `scale` CSS pixels for a camera pixel where it is given. */
  centre(at: Point, scale?: number): void;
  /** Moves only as far as is needed to keep a part of the world well in view. */
  keepInView(part: Extent): void;
  /** The part of the world in view. */
  readonly seen: Extent;
};

/** Pictures that went out of sight before they came are no faults: the viewer, which reports them as such, says nothing of them. */
const quietAborts = (library: { console: Console }): void => {
  library.console = Object.create(console, {
    error: { value: (...words: unknown[]) => words.some((word) => /^Image load aborted/.test(String(word))) || console.error(...words) },
  });
};

/** Loads the viewer, and opens it in an element that it fills. */
export const openSlideViewer = async (element: HTMLElement, on: SlideViewerEvents): Promise<SlideViewer> => {
  const { default: Osd } = await import('openseadragon');
  quietAborts(Osd as unknown as { console: Console });
  const viewer = new Osd.Viewer({
    element,
    drawer: 'canvas',
    showNavigationControl: false,
    keyboardNavEnabled: false,
    silenceMultiImageWarnings: true,
    // Frames of one smear differ a little in light; smoothing beyond twice would only look out of focus.
    imageSmoothingEnabled: true,
    animationTime: 0.35,
    springStiffness: 9,
    visibilityRatio: 0.2,
    minZoomImageRatio: 0.7,
    maxZoomPixelRatio: Number.POSITIVE_INFINITY,
    preserveViewport: true,
    // Small pictures of a large slide, and large ones of what was looked at closely: some 700 MB at most.
    maxImageCacheCount: 700,
    // A picture is told of a little before it is on disk.
    tileRetryMax: 2,
    tileRetryDelay: 2500,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, flickEnabled: true },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true, pinchToZoom: true, pinchRotate: false },
    gestureSettingsPen: { clickToZoom: false },
  });
  // The element around it is the one that takes the focus.
  viewer.canvas.tabIndex = -1;
  const { viewport } = viewer;
  let home: Extent | undefined;
  let fitted = true;
  let era = -1;

  const toUnits = (at: Point): OpenSeadragon.Point => new Osd.Point(at.x / UNIT_PX, at.y / UNIT_PX);
  const pictures = new SlidePictures(viewer, toUnits);
  const scaleNow = (): number => viewer.container.clientWidth / (viewport.getBounds(true).width * UNIT_PX);
  const toWorld = (screen: OpenSeadragon.Point): Point => {
    const { x, y } = viewport.pointFromPixel(screen, true);
    return { x: x * UNIT_PX, y: y * UNIT_PX };
  };
  const viewNow = (): MapView => {
    const { x, y, width } = viewport.getBounds(true);
    const scale = viewer.container.clientWidth / (width * UNIT_PX);
    return { scale, offset: { x: -x * UNIT_PX * scale, y: -y * UNIT_PX * scale }, density: window.devicePixelRatio || 1 };
  };
  const isCarried = drawSparingly(viewer, { isMuch: on.isMuch, isHidden: () => on.isCovered(viewNow()) });
  let drawn: MapView | undefined;
  const tellView = (): void => {
    const view = viewNow();
    const sheet = viewer.drawer.canvas as HTMLElement;
    if (!isCarried()) {
      drawn = view;
      sheet.style.visibility = on.isCovered(view) ? 'hidden' : '';
    }
    carryAlong(sheet, drawn ?? view, view);
    on.view(view, isCarried());
  };
  const fit = (immediately: boolean): void => {
    if (!home) return;
    const margin = 0.03 * Math.max(home.width, home.height);
    const [x, y, width, height] = [home.x - margin, home.y - margin, home.width + 2 * margin, home.height + 2 * margin];
    viewport.fitBounds(new Osd.Rect(x / UNIT_PX, y / UNIT_PX, width / UNIT_PX, height / UNIT_PX), immediately);
  };
  const touched = (): void => {
    fitted = false;
    on.moved();
  };
  const limits = (): void => {
    if (!home) return;
    // The viewer counts zoom in widths of the view.
    const width = viewer.container.clientWidth || 1;
    Object.assign(viewport, { maxZoomLevel: (LARGEST_SCALE * UNIT_PX) / width });
  };

  viewer.addHandler('update-viewport', tellView);
  viewer.addHandler('resize', () => {
    limits();
    if (fitted) fit(true);
  });
  viewer.addHandler('canvas-drag', touched);
  viewer.addHandler('canvas-scroll', touched);
  viewer.addHandler('canvas-pinch', touched);
  viewer.addHandler('canvas-double-click', touched);
  viewer.addHandler('canvas-click', ({ quick, position }) => {
    if (quick) on.press(toWorld(position));
  });

  const opened: SlideViewer = {
    show: (chart, { islands, world: extent }, fullAddress) => {
      if (era !== chart.era) {
        pictures[Symbol.dispose]();
        era = chart.era;
        fitted = true;
      }
      for (const keyframe of chart.keyframes.values()) {
        const shift = islands.get(keyframe.island)?.shift;
        if (shift) pictures.put(keyframe, { x: keyframe.x + shift.x, y: keyframe.y + shift.y }, fullAddress?.(keyframe.id));
      }
      const before = home;
      home = extent;
      limits();
      if (fitted && (!before || before.width !== extent.width || before.height !== extent.height)) fit(before === undefined);
      // Where no picture changed, the layers over them may have.
      viewer.forceRedraw();
    },
    showPictures: (shown) => pictures.show(shown),
    fit: () => {
      fitted = true;
      fit(false);
    },
    zoomBy: (factor) => {
      touched();
      viewport.zoomBy(factor);
      viewport.applyConstraints();
    },
    panBy: (x, y) => {
      touched();
      const { width, height } = viewport.getBounds(false);
      viewport.panBy(new Osd.Point(x * width, y * height));
      viewport.applyConstraints();
    },
    centre: (at, scale) => {
      fitted = false;
      viewport.panTo(toUnits(at));
      if (scale !== undefined) viewport.zoomBy(Math.min(scale, LARGEST_SCALE) / scaleNow(), toUnits(at));
    },
    keepInView: ({ x, y, width, height }) => {
      fitted = false;
      const { x: left, y: top, width: wide, height: high } = viewport.getBounds(false);
      const [mx, my] = [FOLLOW_MARGIN * wide, FOLLOW_MARGIN * high];
      const way = (from: number, to: number, low: number, up: number): number => {
        if (to - from > up - low) return (from + to - low - up) / 2;
        return from < low ? from - low : to > up ? to - up : 0;
      };
      const dx = way(x / UNIT_PX, (x + width) / UNIT_PX, left + mx, left + wide - mx);
      const dy = way(y / UNIT_PX, (y + height) / UNIT_PX, top + my, top + high - my);
      if (Math.abs(dx) > 1e-4 || Math.abs(dy) > 1e-4) viewport.panBy(new Osd.Point(dx, dy));
    },
    get seen() {
      const { x, y, width, height } = viewport.getBounds(true);
      return { x: x * UNIT_PX, y: y * UNIT_PX, width: width * UNIT_PX, height: height * UNIT_PX };
    },
    [Symbol.dispose]: () => {
      pictures[Symbol.dispose]();
      viewer.destroy();
    },
  };
  return opened;
};
