import { CONFIDENCE, type ConfidenceModel, type Evidence, likelyWithin } from '../../pipelines/slide/confidence.ts';

/** A registered frame: what spoke for its place, and how far from the true one it lies. */
export type Judged = { readonly evidence: Evidence; readonly errorPx: number };

export type ReliabilityBin = {
  readonly from: number;
  readonly to: number;
  readonly frames: number;
  readonly said: number;
  readonly seen: number;
};

export type Reliability = {
  readonly px: number;
  readonly bins: readonly ReliabilityBin[];
  /** Mean distance between what was said and what was seen, over the bins by their frames (expected calibration error; Naeini and others, 2015). */
  readonly error: number;
};

const EDGES = [0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1] as const;

/** How often frames said to lie within `px` of the truth do, by how sure that was. */
export const reliabilityOf = (judged: readonly Judged[], px: number, model: ConfidenceModel = CONFIDENCE): Reliability => {
  const bins = EDGES.slice(1).map((to, i) => ({ from: EDGES[i]!, to, frames: 0, said: 0, seen: 0 }));
  for (const { evidence, errorPx } of judged) {
    const likely = likelyWithin(px, evidence, model);
    const bin = bins.find(({ to }) => likely <= to)!;
    bin.frames++;
    bin.said += likely;
    if (errorPx <= px) bin.seen++;
  }
  const error = bins.reduce((sum, { said, seen }) => sum + Math.abs(said - seen), 0) / Math.max(1, judged.length);
  const means = bins.map((bin) => ({ ...bin, said: bin.said / Math.max(1, bin.frames), seen: bin.seen / Math.max(1, bin.frames) }));
  return { px, bins: means.filter(({ frames }) => frames > 0), error };
};

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** A line a bin: how sure, how many frames, how sure on average, how many of them truly. */
export const reliabilityLines = ({ px, bins, error }: Reliability): string =>
  [
    `  said and seen within ${px} px, expected calibration error ${percent(error)}:`,
    ...bins.map(
      ({ from, to, frames, said, seen }) =>
        `    ${percent(from)} to ${percent(to)}: ${frames} frames, said ${percent(said)}, seen ${percent(seen)}`,
    ),
    '',
  ].join('\n');
