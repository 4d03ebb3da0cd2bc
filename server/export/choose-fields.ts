import { FaultError } from '../../domain/fault.ts';
import { isFile } from '../../models/datasets/bounded-read.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import type { ExportKeyframe, ExportSource } from './export-source.ts';

/** Fields that an export is of, whether somebody looked them through, and those whose picture is not kept. */
export type ChosenFields = { readonly fields: readonly ExportKeyframe[]; readonly reviewed: boolean; readonly without: readonly number[] };

/** The fields that somebody looked through, or every one where nobody did. Throws a `data` fault where no picture of them is kept. */
export const chooseFields = async ({ folder, keyframes, review }: ExportSource): Promise<ChosenFields> => {
  const wanted = new Set(review?.reviewedKeyframes ?? []);
  const asked = wanted.size > 0 ? keyframes.filter(({ id }) => wanted.has(id)) : keyframes;
  const kept = await Promise.all(asked.map(({ id }) => isFile(keyframePictureFile(folder, id))));
  const fields = asked.filter((_, i) => kept[i]);
  if (fields.length === 0)
    throw new FaultError({
      kind: 'data',
      path: folder,
      what: 'this session keeps no picture of a field as large as it was',
      remedy: 'export its cells as CSV or GeoJSON',
    });
  return { fields, reviewed: wanted.size > 0, without: asked.filter((_, i) => !kept[i]).map(({ id }) => id) };
};

/** Name of a field's picture in an export. */
export const fieldFile = ({ facts }: Pick<ExportSource, 'facts'>, keyframe: number): string =>
  `${facts.id}-k${String(keyframe).padStart(5, '0')}.jpg`;

/** What an export of fields says of what it is of. */
export const aboutFields = ({ facts, reading, review, program }: ExportSource, { reviewed, without }: ChosenFields) => ({
  session: facts.id,
  specimenId: facts.specimenId,
  reading,
  version: review?.version,
  signed: review?.locked ?? false,
  program,
  /** Whether somebody looked these fields through. Where not, cells that were overlooked are not marked. */
  reviewed,
  withoutPicture: without,
});
