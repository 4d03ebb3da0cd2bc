import path from 'node:path';
import type { BundleCard } from '../../../domain/bundle-card.ts';
import { FaultError } from '../../../domain/fault.ts';
import type { SegmenterCard } from '../../../domain/segmenter-card.ts';
import { findBundle, loadBundle } from '../../runtime/bundle.ts';
import { loadSegmenter } from '../load-segmenter.ts';
import { openDetectorDrawer } from './detector-drawer.ts';
import type { Drawer } from './drawer.ts';
import { openSegmenterDrawer } from './segmenter-drawer.ts';

/** Opens a bundle that draws: a detector with masks, or a segmenter. Faults: `bundle`, also where it finds cells and draws none. */
export const openDrawer = async (model: string): Promise<{ readonly drawer: Drawer; readonly card: BundleCard | SegmenterCard }> => {
  const segmenter = await loadSegmenter(await findBundle(model));
  if (segmenter !== undefined) return { drawer: await openSegmenterDrawer(segmenter.networkPath, segmenter.card), card: segmenter.card };
  const { card, dir } = await loadBundle(model);
  if (card.masks === undefined)
    throw new FaultError({
      kind: 'bundle',
      bundle: dir,
      what: 'it finds cells and does not draw them',
      remedy: 'train masks for it: train --task segment, then export --base',
    });
  return { drawer: await openDetectorDrawer(path.join(dir, card.masks.path), card, card.masks), card };
};
