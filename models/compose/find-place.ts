import type { Random } from '../../domain/random.ts';
import { HALF, type Owners, SOLID } from './mark-patch.ts';
import type { Patch } from './paint-patch.ts';

/** Tries to find a place, and those of them that ask a platelet to lie on bare glass. */
const TRIES = 60;
const TRIES_ON_GLASS = 25;
/** Share of an added cell that may lie over another added one when no better place is found. */
const MOST_SHARED = 0.12;
/** How near to the edge the middle of a cell may lie. */
const MARGIN_PX = 26;
/** A patch is looked at on every fourth pixel of every fourth row. */
const STEP_PX = 4;

type Place = { readonly x: number; readonly y: number };

/** Makes what finds a place for a patch on a ground whose cells are numbered `firstAdded` and up where they were added, and below where they are red cells. */
export const createPlaceFinder = () => {
  let columns = new Int16Array(0);
  let rows = new Int16Array(0);
  return ({ owner, widthPx, heightPx }: Owners, firstAdded: number, patch: Patch, onGlass: boolean, random: Random): Place | undefined => {
    const most = Math.ceil(patch.widthPx / STEP_PX) * Math.ceil(patch.heightPx / STEP_PX);
    if (columns.length < most) [columns, rows] = [new Int16Array(2 * most), new Int16Array(2 * most)];
    let points = 0;
    for (let row = 0; row < patch.heightPx; row += STEP_PX)
      for (let column = 0; column < patch.widthPx; column += STEP_PX) {
        if (patch.mask[row * patch.widthPx + column]! < HALF) continue;
        columns[points] = column;
        rows[points++] = row;
      }
    let best: (Place & { readonly shared: number }) | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const x = Math.round(random.between(MARGIN_PX, widthPx - MARGIN_PX) - patch.widthPx / 2);
      const y = Math.round(random.between(MARGIN_PX, heightPx - MARGIN_PX) - patch.heightPx / 2);
      const bare = onGlass && tries < TRIES_ON_GLASS;
      const limit = best?.shared ?? MOST_SHARED;
      let seen = 0;
      let added = 0;
      let met = false;
      for (let i = 0; i < points && !met && added <= limit * points; i++) {
        const u = x + columns[i]!;
        const v = y + rows[i]!;
        if (u < 0 || v < 0 || u >= widthPx || v >= heightPx) continue;
        seen++;
        const who = owner[v * widthPx + u]!;
        if (who < SOLID) continue;
        if ((who & ~SOLID) >= firstAdded) added++;
        else met = bare;
      }
      if (met || seen === 0) continue;
      if (added === 0) return { x, y };
      if (added < limit * seen) best = { x, y, shared: added / seen };
    }
    return best;
  };
};
