import { type Finding, onField, type Placed } from './finding.ts';

/** A class is expected in every field where so many of them have it. */
const COMMON_SHARE = 0.8;
const FEW_SHARE = 0.25;
/** Fewer fields or boxes say nothing about what is usual. */
const MIN_FIELDS = 10;
const MIN_MEDIAN = 4;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? 0 : sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * Fields that look as if somebody had not finished: none of a class that 80 % of the fields have, or under a quarter of the boxes that a field
 * has as a rule (median), of such a class or in all.
 */
export const densityFindings = (fields: readonly Placed[], classes: readonly string[]): Finding[] => {
  if (fields.length < MIN_FIELDS) return [];
  const counts = fields.map(({ field }) => {
    const count = new Map<string, number>();
    for (const { label } of field.marks) count.set(label, (count.get(label) ?? 0) + 1);
    return count;
  });
  const common = classes
    .map((label) => ({ label, share: counts.filter((count) => count.has(label)).length / fields.length }))
    .filter(({ share }) => share >= COMMON_SHARE)
    .map(({ label, share }) => ({ label, share, usual: median(counts.map((count) => count.get(label) ?? 0)) }));
  const usualInAll = median(fields.map(({ field }) => field.marks.length));
  const proposal = 'look at it (dataset show --field), and draw what is missing';
  const findings: Finding[] = [];
  for (const [i, placed] of fields.entries()) {
    const before = findings.length;
    for (const { label, share, usual } of common) {
      const n = counts[i]!.get(label) ?? 0;
      if (n === 0) {
        const what = `no ${label} box; ${Math.round(share * 100)} % of the fields have ${label}, ${usual} as a rule`;
        findings.push(onField(placed, 'no-box-of-class', { what, proposal, label }));
      } else if (usual >= MIN_MEDIAN && n < usual * FEW_SHARE)
        findings.push(onField(placed, 'few-boxes', { what: `${n} ${label} boxes; ${usual} as a rule`, proposal, label }));
    }
    const all = placed.field.marks.length;
    if (findings.length === before && usualInAll >= MIN_MEDIAN && all < usualInAll * FEW_SHARE)
      findings.push(onField(placed, 'few-boxes', { what: `${all} boxes; ${usualInAll} as a rule`, proposal }));
  }
  return findings;
};
