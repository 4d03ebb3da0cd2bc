import type OpenSeadragon from 'openseadragon';
import type { MapView } from './draw-map.ts';

/** Between two drawings of very much, while the view moves. */
const EVERY_MS = 150;

/** Shows what was drawn for one view where it lies in another, until it is drawn anew. */
export const carryAlong = (element: HTMLElement, from: MapView, to: MapView): void => {
  const zoom = to.scale / from.scale;
  const x = to.offset.x - from.offset.x * zoom;
  const y = to.offset.y - from.offset.y * zoom;
  element.style.transform = from === to ? '' : `translate(${x}px, ${y}px) scale(${zoom})`;
};

/** What is asked before the viewer draws. */
export type Thrift = {
  /** Whether what is drawn takes long, so that it is drawn only now and then while the view moves. */
  readonly isMuch: () => boolean;
  /** Whether the pictures are not shown at all, so that none is loaded and drawn. */
  readonly isHidden: () => boolean;
};

/**
 * Lets the viewer draw its pictures only now and then while it moves, and at once when it rests: without a graphics card very much takes longer than a
 * screen refresh, moving the last drawing takes nothing. The returned function tells whether the present drawing was left out.
 */
export const drawSparingly = ({ world }: OpenSeadragon.Viewer, { isMuch, isHidden }: Thrift): (() => boolean) => {
  const update = world.update.bind(world);
  const draw = world.draw.bind(world);
  const needsDraw = world.needsDraw.bind(world);
  let drawnAt = Number.NEGATIVE_INFINITY;
  let left = false;
  let hidden = false;
  let owed = false;
  world.update = (moved) => {
    left = moved && isMuch() && performance.now() < drawnAt + EVERY_MS;
    hidden = isHidden();
    owed ||= left;
    if (!left && !hidden) return update(moved || owed);
    return false;
  };
  world.needsDraw = () => owed || (!hidden && needsDraw());
  world.draw = () => {
    if (left) return;
    // What was hidden is drawn when it is shown again, whether the view moves then or not.
    owed = false;
    if (!hidden) draw();
    drawnAt = performance.now();
  };
  return () => left;
};
