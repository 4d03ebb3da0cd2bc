import type { Random } from '../../domain/random.ts';
import { BLOCK_PX, createBlockGround } from './block-ground.ts';
import { PLATELET_CLUMP, THROMBOCYTE } from './cell-kinds.ts';
import type { Sheet } from './compose-sheet.ts';
import type { Cutout } from './cutout-bank.ts';
import { createPlaceFinder } from './find-place.ts';
import { markPatch } from './mark-patch.ts';
import { type Patch, paintPatch, plainWalk } from './paint-patch.ts';
import { createClumpLayer } from './platelet-clump.ts';
import { createCellReader, type Read } from './read-cells.ts';
import type { Stain, Turner } from './turn-patch.ts';

const MOST_PLATELETS = 3;

/** A picture (RGB, 3 bytes a pixel) with its cells. */
export type Block = Read & { readonly rgb: Uint8Array };

/**
 * Makes what cuts a block out of a background and adds cells of the given kinds: white cells first, at random angles, whole or nearly so; red cells that they
 * would cover are taken away, platelets seek bare glass. A kind that finds no place is left out: what is there is what `cells` says. The block is in memory
 * that the next call writes over.
 */
export const createBlockComposer = (cutouts: readonly (readonly Cutout[])[], turnPatch: Turner) => {
  const ground = createBlockGround();
  const layClump = createClumpLayer();
  const findPlace = createPlaceFinder();
  const readCells = createCellReader(BLOCK_PX, BLOCK_PX);

  const drawPatch = (kind: number, stain: Stain, random: Random): Patch | undefined => {
    const choices = cutouts[kind]!;
    if (choices.length > 0) {
      const cutout = choices[random.integer(choices.length)]!;
      return turnPatch(cutout, { angle: random.between(0, 2 * Math.PI), mirrored: random.next() < 0.5 }, stain);
    }
    return kind === PLATELET_CLUMP && cutouts[THROMBOCYTE]!.length > 0 ? layClump(cutouts[THROMBOCYTE]!, stain, random) : undefined;
  };

  return (sheet: Sheet, added: readonly number[], random: Random): Block => {
    ground.cut(sheet, random);
    const firstAdded = sheet.cells.length;
    const addedKinds: number[] = [];
    const wanted = added.flatMap((kind) => (kind === THROMBOCYTE ? Array<number>(1 + random.integer(MOST_PLATELETS)).fill(kind) : [kind]));
    const order = [
      ...random.shuffled(wanted.filter((kind) => kind < THROMBOCYTE)),
      ...wanted.filter((kind) => kind === PLATELET_CLUMP),
      ...wanted.filter((kind) => kind === THROMBOCYTE),
    ];
    for (const kind of order) {
      const patch = drawPatch(kind, sheet.stain, random);
      const place = patch && findPlace(ground, firstAdded, patch, kind >= THROMBOCYTE, random);
      if (patch === undefined || place === undefined) continue;
      ground.clearBelow(patch, place.x, place.y);
      paintPatch(ground, patch, plainWalk(patch), place.x, place.y);
      markPatch(ground, patch, place.x, place.y, firstAdded + addedKinds.length);
      addedKinds.push(kind);
    }
    const kindOf = (id: number): number => (id < firstAdded ? sheet.cells[id]!.kind : addedKinds[id - firstAdded]!);
    return { rgb: ground.rgb, ...readCells(ground, kindOf) };
  };
};
