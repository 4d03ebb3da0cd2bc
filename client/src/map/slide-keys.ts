import type { SlideViewer } from './slide-viewer.ts';

const KEY_ZOOM = 1.4;
const KEY_PAN_SHARE = 0.15;

const keyMoves: Record<string, (viewer: SlideViewer) => void> = {
  ArrowLeft: (viewer) => viewer.panBy(-KEY_PAN_SHARE, 0),
  ArrowRight: (viewer) => viewer.panBy(KEY_PAN_SHARE, 0),
  ArrowUp: (viewer) => viewer.panBy(0, -KEY_PAN_SHARE),
  ArrowDown: (viewer) => viewer.panBy(0, KEY_PAN_SHARE),
  '+': (viewer) => viewer.zoomBy(KEY_ZOOM),
  '=': (viewer) => viewer.zoomBy(KEY_ZOOM),
  '-': (viewer) => viewer.zoomBy(1 / KEY_ZOOM),
  '0': (viewer) => viewer.fit(),
};

/** Moves the view by a key, where it is one that does; tells whether it was. */
export const moveByKey = (viewer: SlideViewer, event: KeyboardEvent): boolean => {
  const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : keyMoves[event.key];
  move?.(viewer);
  return move !== undefined;
};
