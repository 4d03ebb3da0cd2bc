import type { Attachment } from 'svelte/attachments';
import type { Point } from '../../../domain/geometry.ts';
import type { Viewport } from './viewport.svelte.ts';

const WHEEL_STEP = 0.0016;
const KEY_ZOOM = 1.25;
const KEY_PAN_PX = 60;

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

const keyMoves: Record<string, (viewport: Viewport) => void> = {
  ArrowLeft: (viewport) => viewport.panBy({ x: KEY_PAN_PX, y: 0 }),
  ArrowRight: (viewport) => viewport.panBy({ x: -KEY_PAN_PX, y: 0 }),
  ArrowUp: (viewport) => viewport.panBy({ x: 0, y: KEY_PAN_PX }),
  ArrowDown: (viewport) => viewport.panBy({ x: 0, y: -KEY_PAN_PX }),
  '+': (viewport) => viewport.zoomTo(viewport.scale * KEY_ZOOM),
  '=': (viewport) => viewport.zoomTo(viewport.scale * KEY_ZOOM),
  '-': (viewport) => viewport.zoomTo(viewport.scale / KEY_ZOOM),
  '0': (viewport) => viewport.fit(),
};

/** Lets wheel, drag, pinch, double click and the keyboard move a viewport, and keeps it at the element's size. `drags`: which presses begin a drag. */
export const panZoom =
  (viewport: Viewport, drags = (event: PointerEvent): boolean => event.button === 0): Attachment<HTMLElement> =>
  (element) => {
    const pointers = new Map<number, Point>();
    const at = (event: MouseEvent): Point => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const step = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      // Pinching a touchpad arrives as a wheel with the control key, in much smaller steps.
      viewport.zoomTo(viewport.scale * Math.exp(-step * WHEEL_STEP * (event.ctrlKey ? 6 : 1)), at(event));
    };
    const down = (event: PointerEvent) => {
      if (!drags(event)) return;
      pointers.set(event.pointerId, at(event));
      element.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => {
      const from = pointers.get(event.pointerId);
      if (!from) return;
      const to = at(event);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, to);
      if (!other) {
        viewport.panBy({ x: to.x - from.x, y: to.y - from.y });
        return;
      }
      const before = middle(from, other);
      const after = middle(to, other);
      viewport.panBy({ x: after.x - before.x, y: after.y - before.y });
      viewport.zoomTo((viewport.scale * distance(to, other)) / Math.max(1, distance(from, other)), after);
    };
    const up = (event: PointerEvent) => pointers.delete(event.pointerId);
    const key = (event: KeyboardEvent) => {
      const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keyMoves[event.key];
      if (!action) return;
      event.preventDefault();
      action(viewport);
    };
    const double = () => viewport.fit();
    const resized = new ResizeObserver(() => viewport.resize(element.clientWidth, element.clientHeight));
    resized.observe(element);
    const listening = new AbortController();
    const { signal } = listening;
    element.addEventListener('wheel', wheel, { passive: false, signal });
    element.addEventListener('pointerdown', down, { signal });
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('pointerup', up, { signal });
    element.addEventListener('pointercancel', up, { signal });
    element.addEventListener('keydown', key, { signal });
    element.addEventListener('dblclick', double, { signal });
    return () => {
      listening.abort();
      resized.disconnect();
    };
  };
