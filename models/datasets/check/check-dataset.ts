import type { FaultError } from '../../../domain/fault.ts';
import { boxesByClass } from '../dataset.ts';
import { readDatasetCard } from '../dataset-card.ts';
import type { DatasetFormat } from '../dataset-format.ts';
import { lookAtPicture } from '../look-at-picture.ts';
import { mapBounded } from '../map-bounded.ts';
import { type OpenedDataset, openDataset } from '../open-dataset.ts';
import { samePictures } from '../same-pictures.ts';
import { boxFindings } from './box-findings.ts';
import { compareSets, type SetComparison } from './compare-sets.ts';
import { densityFindings } from './density-findings.ts';
import type { Finding, Placed } from './finding.ts';
import { labelFindings } from './label-findings.ts';
import { pictureFindings, sameFindings } from './picture-findings.ts';
import { sizeFindings } from './size-findings.ts';

const AT_ONCE = 4;

export type CheckOptions = {
  readonly dir: string;
  readonly format: DatasetFormat | 'auto';
  readonly splits?: readonly string[] | undefined;
  /** What the labels may be; without it, what the set's own card says, else what most boxes are called. */
  readonly classes?: readonly string[] | undefined;
  /** Another set to compare with. */
  readonly against?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many pictures were looked at. */
  readonly onPicture?: ((done: number, of: number) => void) | undefined;
};

export type DatasetCheck = {
  readonly dataset: OpenedDataset;
  readonly splits: readonly { name: string; fields: number; boxes: Readonly<Record<string, number>> }[];
  readonly findings: readonly Finding[];
  readonly against?: SetComparison & { readonly dir: string };
};

const placedOf = (dataset: OpenedDataset): Placed[] =>
  dataset.splits.flatMap(({ name, fields }) => fields.map((field) => ({ split: name, field })));

const damageFinding = ({ fault }: FaultError): Finding => {
  const [what, file] = fault.kind === 'data' ? [fault.what, fault.path] : [fault.what, ''];
  return { rule: 'damaged-annotation', split: '', field: '', file, what, proposal: 'mend the file; a fixed copy is without the field' };
};

/** Looks for everything that real sets have wrong with them; changes nothing. Faults: `data` where there is no set. */
export const checkDataset = async (options: CheckOptions): Promise<DatasetCheck> => {
  const { dir, signal, onPicture } = options;
  const damage: FaultError[] = [];
  const { format, splits, classes } = options;
  const dataset = await openDataset(dir, { format, splits, classes, signal, onDamage: (error) => damage.push(error) });
  const other =
    options.against === undefined ? undefined : await openDataset(options.against, { format: 'auto', signal, onDamage: () => undefined });
  const fields = placedOf(dataset);
  const others = other === undefined ? [] : placedOf(other);
  let done = 0;
  const looks = await mapBounded(
    [...fields, ...others],
    AT_ONCE,
    async ({ field }) => {
      const look = await lookAtPicture(field.picture, field.file);
      onPicture?.(++done, fields.length + others.length);
      return look;
    },
    signal,
  );
  const seen = looks.map((look) => look.seen);
  const pairs = samePictures(seen);
  const readable = fields.filter((_, i) => seen[i] !== undefined);
  const compared = other === undefined ? undefined : compareSets(fields, others, pairs);
  const own = pairs.filter(({ a, b }) => a < fields.length && b < fields.length);
  const known = classes ?? (await readDatasetCard(dir))?.classes;
  // The picture's own size is the truth where the annotation says another.
  const sized = (placed: Placed, i: number): Placed => {
    const picture = seen[i];
    return picture === undefined ? placed : { ...placed, field: { ...placed.field, widthPx: picture.widthPx, heightPx: picture.heightPx } };
  };
  const findings = [
    ...damage.map(damageFinding),
    ...fields.flatMap((placed, i) => pictureFindings(placed, looks[i]!)),
    ...labelFindings(fields, known),
    ...fields.flatMap((placed, i) => boxFindings(sized(placed, i))),
    ...sameFindings(fields, own),
    ...(compared?.findings ?? []),
    ...densityFindings(readable, dataset.classes),
    ...sizeFindings(readable, dataset.classes),
  ];
  return {
    dataset,
    splits: dataset.splits.map(({ name, fields: list }) => ({ name, fields: list.length, boxes: boxesByClass(dataset.classes, list) })),
    findings,
    ...(compared === undefined ? {} : { against: { dir: options.against!, ...compared.comparison } }),
  };
};
