import { compareDatasets, lostIn } from './compare-datasets.ts';
import type { Dataset, DatasetFacts } from './dataset.ts';
import { boxesByClass } from './dataset.ts';
import type { DatasetFormat } from './dataset-format.ts';
import { type ClassMapping, mapClasses } from './map-classes.ts';
import { openDataset } from './open-dataset.ts';
import { writeDataset } from './write-dataset.ts';

export type ConvertOptions = {
  readonly from: string;
  readonly format: DatasetFormat | 'auto';
  readonly splits?: readonly string[] | undefined;
  readonly to: DatasetFormat;
  readonly out: string;
  readonly mapping: ClassMapping;
  /** Laid over what the set says of itself. */
  readonly facts: DatasetFacts;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each step: what is done, and how often it was by now. */
  readonly onStep?: ((doing: 'read' | 'written' | 'read again', done: number) => void) | undefined;
};

const summaryOf = ({ classes, splits }: Dataset) =>
  splits.map(({ name, fields }) => ({ name, fields: fields.length, boxes: boxesByClass(classes, fields) }));

const defined = (facts: DatasetFacts): DatasetFacts => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

/**
 * Reads a set in one format and writes it in another, then reads what was written and says how it differs. Nothing is left out in silence: labels that
 * were mapped, pictures that were renamed and what the format cannot hold are in the result. Faults: `data`, `usage`.
 */
export const convertDataset = async (options: ConvertOptions) => {
  const { from, to, out, signal, onStep } = options;
  const counting = (doing: 'read' | 'written' | 'read again') => {
    let done = 0;
    return () => onStep?.(doing, ++done);
  };
  const opened = await openDataset(from, {
    format: options.format,
    splits: options.splits,
    classes: options.mapping.classes,
    signal,
    onField: counting('read'),
  });
  const { dataset, changed } = mapClasses(opened, options.mapping);
  const facts = { ...opened.facts, ...defined(options.facts) };
  const written = await writeDataset(to, out, { ...dataset, facts }, { signal, onField: counting('written'), companionsFrom: from });
  const again = await openDataset(out, {
    format: to,
    splits: dataset.splits.map(({ name }) => name),
    signal,
    onField: counting('read again'),
  });
  return {
    from,
    fromFormat: opened.format,
    to: out,
    toFormat: to,
    classes: dataset.classes,
    splits: summaryOf(dataset),
    ...facts,
    labels: changed,
    renamed: written.renamed,
    /** What reading it again gave. */
    check: compareDatasets(written.dataset, again),
    /** What the format cannot hold. */
    lost: lostIn(to, dataset),
  };
};

export type Conversion = Awaited<ReturnType<typeof convertDataset>>;
