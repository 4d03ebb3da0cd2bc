import type { Random } from '../../domain/random.ts';
import type { Cutout } from './cutout-bank.ts';
import { type Patch, paintPatch, plainWalk } from './paint-patch.ts';
import { CLEAR } from './transmittance.ts';
import { createTurner, type Stain, type Turn, turnedSize } from './turn-patch.ts';

const FEWEST = 4;
const MOST = 11;
/** Nearness of the members, in units of their size: below 1 they touch. */
const NEARNESS = 0.52;

/** A platelet of a clump: `x`, `y` its middle, from the middle of the first one. */
type Member = {
  readonly cutout: Cutout;
  readonly turn: Turn;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly x: number;
  readonly y: number;
};

const drawMembers = (platelets: readonly Cutout[], random: Random): Member[] => {
  const members: Member[] = [];
  const count = FEWEST + random.integer(MOST - FEWEST + 1);
  while (members.length < count) {
    const cutout = platelets[random.integer(platelets.length)]!;
    const turn = { angle: random.between(0, 2 * Math.PI), mirrored: random.next() < 0.5 };
    const size = turnedSize(cutout, turn);
    const beside = members[random.integer(Math.max(1, members.length))];
    const angle = random.between(0, 2 * Math.PI);
    const reach = beside === undefined ? 0 : (NEARNESS * (size.widthPx + beside.widthPx)) / 2;
    members.push({
      cutout,
      turn,
      ...size,
      x: (beside?.x ?? 0) + Math.cos(angle) * reach,
      y: (beside?.y ?? 0) + Math.sin(angle) * reach,
    });
  }
  return members;
};

/** Makes what lays clumps of single platelets that touch, for want of photographs of clumps. The patch is in memory that the next call writes over. */
export const createClumpLayer = () => {
  const turnPatch = createTurner();
  let rgb = new Uint8Array(0);
  let mask = new Uint8Array(0);
  return (platelets: readonly Cutout[], stain: Stain, random: Random): Patch => {
    const members = drawMembers(platelets, random);
    const left = Math.floor(Math.min(...members.map((member) => member.x - member.widthPx / 2)));
    const top = Math.floor(Math.min(...members.map((member) => member.y - member.heightPx / 2)));
    const widthPx = Math.ceil(Math.max(...members.map((member) => member.x + member.widthPx / 2))) - left + 1;
    const heightPx = Math.ceil(Math.max(...members.map((member) => member.y + member.heightPx / 2))) - top + 1;
    if (mask.length < widthPx * heightPx) {
      mask = new Uint8Array(2 * widthPx * heightPx);
      rgb = new Uint8Array(3 * mask.length);
    }
    mask.fill(0, 0, widthPx * heightPx);
    rgb.fill(CLEAR, 0, 3 * widthPx * heightPx);
    const clump = { widthPx, heightPx, rgb, mask };
    for (const { cutout, turn, x, y } of members) {
      const patch = turnPatch(cutout, turn, stain);
      const [u, v] = [Math.round(x - patch.widthPx / 2) - left, Math.round(y - patch.heightPx / 2) - top];
      // Painted with their own masks here, the members fade into clear glass; the clump's mask then lets all of it through.
      paintPatch(clump, patch, plainWalk(patch), u, v);
      for (let row = Math.max(0, -v); row < Math.min(patch.heightPx, heightPx - v); row++)
        for (let column = Math.max(0, -u); column < Math.min(patch.widthPx, widthPx - u); column++) {
          const to = (v + row) * widthPx + u + column;
          const soft = patch.mask[row * patch.widthPx + column]!;
          if (soft > mask[to]!) mask[to] = soft;
        }
    }
    return clump;
  };
};
