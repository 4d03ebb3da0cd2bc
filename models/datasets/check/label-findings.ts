import { type Finding, onMark, type Placed } from './finding.ts';

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '')
    .replace(/s$/, '');

/**
 * Labels that are none of the classes: one finding for each label, at its first box. Where the set names no classes, the labels that are written
 * like a more frequent one (`rbc` beside `RBC`).
 */
export const labelFindings = (fields: readonly Placed[], classes: readonly string[] | undefined): Finding[] => {
  const uses = new Map<string, { count: number; placed: Placed; mark: number }>();
  for (const placed of fields)
    for (const [mark, { label }] of placed.field.marks.entries()) {
      const use = uses.get(label);
      if (use === undefined) uses.set(label, { count: 1, placed, mark });
      else use.count++;
    }
  const known =
    classes ??
    [...uses.keys()].filter((label) =>
      [...uses].every(([other, use]) => plain(other) !== plain(label) || use.count <= uses.get(label)!.count),
    );
  return [...uses]
    .filter(([label]) => !known.includes(label) || /^class \d+$/.test(label))
    .map(([label, { count, placed, mark }]) => {
      const like = known.find((name) => name !== label && plain(name) === plain(label));
      return onMark(placed, mark, 'unknown-label', {
        what: `"${label}" (${count} boxes) is ${/^class \d+$/.test(label) ? 'a number without a name' : `none of ${known.join(', ')}`}`,
        proposal: /^class \d+$/.test(label)
          ? 'name the classes with --classes, in the order of their numbers'
          : `name it with dataset import --map "${label}=${like ?? known[0] ?? ''}", or leave it out with --map "${label}="`,
      });
    });
};
