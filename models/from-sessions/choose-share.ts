/** What weights at a point of the way do on the sets that choose. */
export type PointOfWay = {
  /** Share of the way from the base's weights to the trained ones. */
  readonly share: number;
  /** mAP50 on the new site's fields that choose; left out where there are none. */
  readonly site?: number | undefined;
  /** mAP50 on each set of the known sites. */
  readonly known: readonly number[];
  /** What counts are off by on each completely labelled set of the known sites, as a share of its cells. */
  readonly off: readonly number[];
};

/** What may be lost on a known site's fields, and what the new site's figures may differ by for nothing. Half of what a promotion allows: they are few. */
const SLACK = 0.005;
/** Without fields of the new site that choose: what the authors of the method advise. */
const HALF = 0.5;

const isAsGood = (base: PointOfWay, { known, off }: PointOfWay): boolean =>
  known.every((value, i) => value >= base.known[i]! - SLACK) && off.every((value, i) => value <= base.off[i]! + SLACK);

/**
 * How far to go from a base's weights to the trained ones (both ends of a straight way: Wortsman et al., Robust fine-tuning of zero-shot models,
 * 2022). Points at which a known site is worse than at the base, in precision or count, are out. Of the others the nearest to the base is
 * taken whose gain on the new site cannot be told from the largest one (the one-standard-error rule of Breiman et al., Classification and
 * Regression Trees, 1984, with a fixed margin). `undefined` where no point is left, or none gains.
 */
export const chooseShare = (base: PointOfWay, points: readonly PointOfWay[]): PointOfWay | undefined => {
  const allowed = points.filter((point) => isAsGood(base, point)).sort((a, b) => a.share - b.share);
  const { site } = base;
  if (site === undefined) return allowed.findLast(({ share }) => share <= HALF);
  const most = Math.max(...allowed.map((point) => point.site ?? 0));
  return most <= site ? undefined : allowed.find((point) => (point.site ?? 0) >= Math.max(most - SLACK, site));
};
