import type { Random } from '../../domain/random.ts';
import { type SplitName, THROMBOCYTE } from './cell-kinds.ts';
import { bankPatch, type CutoutBank } from './cutout-bank.ts';
import { type Patch, paintPatch, plainWalk } from './paint-patch.ts';
import { CLEAR } from './transmittance.ts';
import { type Stain, turnPatch } from './turn-patch.ts';

const FEWEST = 4;
const MOST = 11;
/** Nearness of the members, in units of their size: below 1 they touch. */
const NEARNESS = 0.52;

/** A clump laid of single platelets that touch, for want of photographs of clumps. `undefined` where there are none to lay. */
export const layClump = (bank: CutoutBank, split: SplitName, stain: Stain, random: Random): Patch | undefined => {
  const choices = bank.entries.filter((entry) => entry.split === split && entry.kind === THROMBOCYTE);
  if (choices.length === 0) return undefined;
  const members: { patch: Patch; x: number; y: number }[] = [];
  const count = FEWEST + random.integer(MOST - FEWEST + 1);
  while (members.length < count) {
    const patch = turnPatch(
      bankPatch(bank, choices[random.integer(choices.length)]!),
      random.between(0, 2 * Math.PI),
      random.next() < 0.5,
      stain,
    );
    const beside = members[random.integer(Math.max(1, members.length))];
    const angle = random.between(0, 2 * Math.PI);
    const reach = beside === undefined ? 0 : (NEARNESS * (patch.widthPx + beside.patch.widthPx)) / 2;
    const [x, y] = [(beside?.x ?? 0) + Math.cos(angle) * reach, (beside?.y ?? 0) + Math.sin(angle) * reach];
    members.push({ patch, x, y });
  }
  const side = (of: (member: (typeof members)[number]) => number, low: boolean): number =>
    (low ? Math.floor : Math.ceil)((low ? Math.min : Math.max)(...members.map(of)));
  const left = side(({ patch, x }) => x - patch.widthPx / 2, true);
  const top = side(({ patch, y }) => y - patch.heightPx / 2, true);
  const widthPx = side(({ patch, x }) => x + patch.widthPx / 2, false) - left + 1;
  const heightPx = side(({ patch, y }) => y + patch.heightPx / 2, false) - top + 1;
  const clump = { widthPx, heightPx, rgb: new Uint8Array(3 * widthPx * heightPx).fill(CLEAR), mask: new Uint8Array(widthPx * heightPx) };
  for (const { patch, x, y } of members) {
    const [u, v] = [Math.round(x - patch.widthPx / 2) - left, Math.round(y - patch.heightPx / 2) - top];
    // Painted with their own masks here, the members fade into clear glass; the clump's mask then lets all of it through.
    paintPatch(clump, patch, plainWalk(patch), u, v);
    for (let row = 0; row < patch.heightPx; row++)
      for (let column = 0; column < patch.widthPx; column++) {
        const [tx, ty] = [u + column, v + row];
        if (tx < 0 || ty < 0 || tx >= widthPx || ty >= heightPx) continue;
        const to = ty * widthPx + tx;
        clump.mask[to] = Math.max(clump.mask[to]!, patch.mask[row * patch.widthPx + column]!);
      }
  }
  return clump;
};
