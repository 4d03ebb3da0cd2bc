import type { SeenPicture } from './look-at-picture.ts';
import { hashDistance, likeness, type PictureHash, TURNS } from './picture-hash.ts';

/** Two pictures, by index, that show the same; `turned` where one is turned or mirrored against the other. */
export type SamePair = { readonly a: number; readonly b: number; readonly exact: boolean; readonly turned: boolean };

/** One bit fewer than there are bands: two hashes this near agree in a band. */
const MAX_DISTANCE = 7;
const BANDS = 8;
/** Of the thumbnails: different fields of one slide come to 0.65, a twentieth cut off to 0.83, other changes to 0.91. */
const MIN_LIKENESS = 0.8;

const bandOf = (hash: PictureHash, band: number): number => (band << 8) | ((hash[band >> 2]! >>> ((band & 3) * 8)) & 255);

/**
 * Finds pictures that are there more than once, at another size, quality or orientation too: perceptual hashes that differ in 7 of 63 bits at
 * most, and thumbnails that correlate to 0.8. Cost grows with the number of pairs that share a band of 8 bits.
 */
export const samePictures = (pictures: readonly (SeenPicture | undefined)[]): SamePair[] => {
  const buckets = new Map<number, number[]>();
  const firsts = new Map<string, number>();
  const pairs: SamePair[] = [];
  for (const [b, picture] of pictures.entries()) {
    if (picture === undefined) continue;
    // A copy is tied to the first of its kind and stands aside: a thousand empty pictures are not half a million pairs.
    const first = firsts.get(picture.sha256);
    if (first !== undefined) {
      pairs.push({ a: first, b, exact: true, turned: false });
      continue;
    }
    firsts.set(picture.sha256, b);
    const compared = new Map<number, number>();
    const found = new Set<number>();
    for (const [turn, hash] of picture.hashes.entries())
      for (let band = 0; band < BANDS; band++)
        for (const a of buckets.get(bandOf(hash, band)) ?? []) {
          if (compared.get(a) === turn || found.has(a)) continue;
          compared.set(a, turn);
          const other = pictures[a]!;
          if (hashDistance(hash, other.hashes[0]!) > MAX_DISTANCE) continue;
          if (likeness(picture.grey, TURNS[turn]!, other.grey) < MIN_LIKENESS) continue;
          found.add(a);
          pairs.push({ a, b, exact: false, turned: turn > 0 });
        }
    for (let band = 0; band < BANDS; band++) {
      const key = bandOf(picture.hashes[0]!, band);
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [b]);
      else bucket.push(b);
    }
  }
  return pairs.sort((p, q) => p.a - q.a || p.b - q.b);
};

/** The items in groups that pairs tie together, in order of their first item; an item without a pair is a group of its own. */
export const groupPairs = (count: number, pairs: readonly { readonly a: number; readonly b: number }[]): number[][] => {
  const parents = Array.from({ length: count }, (_, i) => i);
  const rootOf = (item: number): number => {
    let root = item;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!;
    return root;
  };
  for (const { a, b } of pairs) {
    const [first, second] = [rootOf(a), rootOf(b)];
    parents[Math.max(first, second)] = Math.min(first, second);
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const root = rootOf(i);
    groups.set(root, [...(groups.get(root) ?? []), i]);
  }
  return [...groups.values()];
};
