import type { CountDocument } from '../domain/count-document.ts';
import type { Engine } from '../models/engine.ts';
import { parseSourceAddress } from './ingest/source-address.ts';

/** Micrometres for one camera pixel, and who says so. */
export type Scale = { readonly umPerPx: number; readonly from: CountDocument['umPerPxFrom'] };

/** The virtual microscope's fields, which its slides are composed from, are all of this scale. */
const SIMULATED_UM_PER_PX = 0.072;

/** The scale where it is known without looking at pictures: it was given, or the source has one. */
export const knownScale = (source: string, given: number | undefined): Scale | undefined => {
  if (given !== undefined) return { umPerPx: given, from: 'given' };
  if (parseSourceAddress(source).kind === 'simulate') return { umPerPx: SIMULATED_UM_PER_PX, from: 'source' };
  return undefined;
};

/** The scale that the model was trained at: the last resort. */
export const bundleScale = ({ card }: Engine): Scale => ({ umPerPx: card.umPerPx, from: 'bundle' });
