import type { Engine } from '../../models/engine.ts';

/** Where the engine does not say it: how near to its tile's edge a box ends that is cut by it, in the network's pixels and as a share of the box. */
const EDGE_INPUT_PX = 2;
const EDGE_SHARE = 0.035;

/** How near to its tile's edge a box must end to be taken as cut by it, in camera pixels and as a share of its longer side. */
export const cutEdges = (engine: Engine, umPerPx: number): { readonly edgePx: number; readonly edgeShare: number } => {
  const { edgePx } = engine.tiling(umPerPx);
  return edgePx === undefined
    ? { edgePx: Math.max(2, (EDGE_INPUT_PX * engine.card.umPerPx) / umPerPx), edgeShare: EDGE_SHARE }
    : { edgePx, edgeShare: 0 };
};
