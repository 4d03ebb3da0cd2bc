import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../domain/random.ts';
import { BLOCK_PX } from './block-ground.ts';
import { BACKGROUND, SPLITS } from './cell-kinds.ts';
import { combinations } from './combinations.ts';
import { type Block, createBlockComposer } from './compose-block.ts';
import { type ComposePlan, imageName, type PartFacts, partFile, seedOf, UNIT_IMAGES, type Unit } from './compose-plan.ts';
import { composeSheet } from './compose-sheet.ts';
import { type CutoutBank, splitCutouts } from './cutout-bank.ts';
import type { BlockCell } from './read-cells.ts';
import { createTurner } from './turn-patch.ts';
import { cellsPng, createMaskWriter, createPictureWriter } from './write-png.ts';

/** Ids of annotations: room for so many cells in an image. */
const IDS_PER_IMAGE = 1000;

const annotationLine = ({ kind, box: [x0, y0, x1, y1], areaPx, truncated }: BlockCell, image: number, place: number): string => {
  const attributes = truncated ? ',"attributes":{"difficult":false,"truncated":true}' : '';
  const cell = `"category_id":${kind + 1},"bbox":[${x0},${y0},${x1 - x0},${y1 - y0}],"area":${areaPx}`;
  return `{"id":${image * IDS_PER_IMAGE + place + 1},"image_id":${image},${cell},"iscrowd":0,"segmentation":[]${attributes}}`;
};

/**
 * Makes what composes and writes the pictures and masks of a unit, and last, in one move, the file that says that it is done. The same plan and unit, the
 * same bytes. It throws what the disk says.
 */
export const createUnitComposer = (bank: CutoutBank, plan: ComposePlan, out: string) => {
  const turnPatch = createTurner();
  const writePicture = createPictureWriter(BLOCK_PX, BLOCK_PX);
  const writeMask = createMaskWriter(BLOCK_PX, BLOCK_PX);
  const splits = Object.fromEntries(
    SPLITS.map((split) => {
      const cutouts = splitCutouts(bank, split);
      const deck = combinations(plan.added, seedOf(plan.seed, split, -1));
      return [split, { cutouts, deck, composeBlock: createBlockComposer(cutouts, turnPatch) }];
    }),
  );

  return (unit: Unit): PartFacts => {
    const { split, index } = unit;
    const { cutouts, deck, composeBlock } = splits[split]!;
    const facts = { bytes: 0, cells: new Array<number>(BACKGROUND).fill(0), combinations: {} as Record<string, number> };
    const imageLines: string[] = [];
    const annotationLines: string[] = [];
    const write = (folder: string, name: string, bytes: Uint8Array): void => {
      writeFileSync(path.join(out, folder, split, name), bytes);
      facts.bytes += bytes.length;
    };
    const random = seededRandom(seedOf(plan.seed, split, index));
    const background = plan.backgrounds[index % plan.backgrounds.length]!;
    const sheet = composeSheet(cutouts, background, turnPatch, random);
    const firstOfDeck = Math.floor(index / plan.backgrounds.length) * UNIT_IMAGES;
    for (let i = 0; i < unit.images; i++) {
      const block: Block = composeBlock(sheet, deck[(firstOfDeck + i) % deck.length]!, random);
      const image = unit.firstImage + i;
      const name = imageName(image);
      write('images', name, writePicture(block.rgb));
      write('masks', name, writeMask(block.kinds));
      if (plan.cells) write('cells', name, cellsPng(block.cellAt, BLOCK_PX, BLOCK_PX));
      imageLines.push(`{"id":${image},"file_name":"${name}","width":${BLOCK_PX},"height":${BLOCK_PX}}`);
      block.cells.forEach((cell, place) => {
        annotationLines.push(annotationLine(cell, image, place));
        facts.cells[cell.kind]! += 1;
      });
      const shown = plan.added.filter((kind) => block.cells.some((cell) => cell.kind === kind));
      const combination = `${background} ${shown.join(' ')}`;
      facts.combinations[combination] = (facts.combinations[combination] ?? 0) + 1;
    }
    const part = partFile(out, unit);
    writeFileSync(`${part}.new`, `${JSON.stringify(facts)}\n${imageLines.join(',')}\n${annotationLines.join(',')}\n`);
    renameSync(`${part}.new`, part);
    return facts;
  };
};
