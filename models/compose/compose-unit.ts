import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../domain/random.ts';
import { INFECTED } from './cell-kinds.ts';
import { combinations } from './combinations.ts';
import { BLOCK_PX, type Block, composeBlock } from './compose-block.ts';
import { type ComposePlan, imageName, type PartFacts, partFile, seedOf, UNIT_IMAGES, type Unit } from './compose-plan.ts';
import { composeSheet } from './compose-sheet.ts';
import type { CutoutBank } from './cutout-bank.ts';
import { cellsPng, createPictureWriter, maskPng } from './write-png.ts';

const writePicture = createPictureWriter(BLOCK_PX, BLOCK_PX);

/** Ids of annotations: room for so many cells in an image. */
const IDS_PER_IMAGE = 1000;

const annotationsOf = ({ cells }: Block, image: number): string[] =>
  cells.map(({ kind, box: [x0, y0, x1, y1], areaPx, truncated }, i) =>
    JSON.stringify({
      id: image * IDS_PER_IMAGE + i + 1,
      image_id: image,
      category_id: kind + 1,
      bbox: [x0, y0, x1 - x0, y1 - y0],
      area: areaPx,
      iscrowd: 0,
      segmentation: [],
      ...(truncated ? { attributes: { difficult: false, truncated } } : {}),
    }),
  );

/** The blocks of a unit, one after the other: the same plan and unit, the same blocks. */
export function* composeBlocks(
  bank: CutoutBank,
  plan: ComposePlan,
  { split, index, images }: Unit,
): Generator<Block & { readonly background: string }> {
  const random = seededRandom(seedOf(plan.seed, split, index));
  const background = plan.backgrounds[index % plan.backgrounds.length]!;
  const sheet = composeSheet(bank, split, background, random);
  const deck = combinations(plan.added, seedOf(plan.seed, split, -1));
  const first = Math.floor(index / plan.backgrounds.length) * UNIT_IMAGES;
  for (let i = 0; i < images; i++) yield { ...composeBlock(bank, split, sheet, deck[(first + i) % deck.length]!, random), background };
}

/** Composes and writes the pictures and masks of a unit, and last, in one move, the file that says that it is done. Throws what the disk says. */
export const composeUnit = (bank: CutoutBank, plan: ComposePlan, unit: Unit, out: string): PartFacts => {
  const facts = { bytes: 0, cells: new Array<number>(INFECTED + 2).fill(0), combinations: {} as Record<string, number> };
  const imageLines: string[] = [];
  const annotationLines: string[] = [];
  const write = (folder: string, name: string, bytes: Uint8Array): void => {
    writeFileSync(path.join(out, folder, unit.split, name), bytes);
    facts.bytes += bytes.length;
  };
  let image = unit.firstImage;
  for (const block of composeBlocks(bank, plan, unit)) {
    const name = imageName(image);
    write('images', name, writePicture(block.rgb));
    write('masks', name, maskPng(block.kinds, BLOCK_PX, BLOCK_PX));
    if (plan.cells) write('cells', name, cellsPng(block.cellAt, BLOCK_PX, BLOCK_PX));
    imageLines.push(JSON.stringify({ id: image, file_name: name, width: BLOCK_PX, height: BLOCK_PX }));
    annotationLines.push(...annotationsOf(block, image));
    for (const { kind } of block.cells) facts.cells[kind]! += 1;
    const shown = plan.added.filter((kind) => block.cells.some((cell) => cell.kind === kind));
    const combination = `${block.background} ${shown.join(' ')}`;
    facts.combinations[combination] = (facts.combinations[combination] ?? 0) + 1;
    image++;
  }
  const part = partFile(out, unit);
  writeFileSync(`${part}.new`, `${JSON.stringify(facts)}\n${imageLines.join(',')}\n${annotationLines.join(',')}\n`);
  renameSync(`${part}.new`, part);
  return facts;
};
