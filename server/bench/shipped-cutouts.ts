import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { HEALTHY, INFECTED, KIND_FOLDERS, THROMBOCYTE, WHITE_KINDS } from '../../models/compose/cell-kinds.ts';
import { matchStain } from '../../models/compose/match-stain.ts';
import { CLEAR, toTransmittance } from '../../models/compose/transmittance.ts';
import { type Clump, cutWholeClumps } from '../../models/compose/whole-clumps.ts';
import { FIELD_UM_PER_PX, readBloodFields } from '../microscope/blood-fields.ts';

const WHITE = 1;
const PLATELET = 2;

/**
 * Cut-outs of the cells that lie alone in the shipped fields, for measuring and trying alone: nobody said of which kind its white cells are nor that any red
 * cell is infected, so that every white cell stands for each kind, and every third red cell for an infected one.
 */
export const writeShippedCutouts = async (dir: string): Promise<void> => {
  const fields = await readBloodFields();
  const clumps = matchStain(fields.map((field) => cutWholeClumps(field, toTransmittance(field))));
  for (const folder of KIND_FOLDERS) await mkdir(path.join(dir, folder), { recursive: true });
  const kindsOf = ({ cells }: Clump, n: number): number[] => {
    if (cells.some(({ classIndex }) => classIndex === WHITE)) return Array.from({ length: WHITE_KINDS }, (_, kind) => kind);
    if (cells.length > 1) return [];
    return cells[0]!.classIndex === PLATELET ? [THROMBOCYTE] : [n % 3 === 0 ? INFECTED : HEALTHY];
  };
  for (const [f, own] of clumps.entries())
    for (const [n, clump] of own.entries()) {
      const { widthPx, heightPx, rgb, mask } = clump;
      if (widthPx > 400 || heightPx > 400) continue;
      const rgba = Uint8Array.from({ length: 4 * mask.length }, (_, i) => ((i & 3) === 3 ? mask[i >> 2]! : rgb[3 * (i >> 2) + (i & 3)]!));
      const png = await sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
        .png({ compressionLevel: 1 })
        .toBuffer();
      for (const kind of kindsOf(clump, n)) await writeFile(path.join(dir, KIND_FOLDERS[kind]!, `${f}-${n}.png`), png);
    }
  const cutouts: unknown[] = [];
  const note = { name: 'shipped fields', licence: 'MIT', umPerPx: FIELD_UM_PER_PX, glass: [CLEAR, CLEAR, CLEAR], cutouts };
  for (const [f, own] of clumps.entries())
    for (const [n, clump] of own.entries())
      for (const kind of kindsOf(clump, n)) cutouts.push({ file: `${KIND_FOLDERS[kind]}/${f}-${n}.png`, group: String(f) });
  await writeFile(path.join(dir, 'cutouts.json'), JSON.stringify({ schema: 'smearscope.cutouts/1', sets: [note] }));
};
