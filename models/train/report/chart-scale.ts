/** From values to positions along one side of a chart. */
export type ChartScale = { readonly ticks: readonly number[]; at(value: number): number; label(value: number): string };

const STEPS = [1, 2, 2.5, 5, 10];

/** The round step that divides `span` into no more than `most` parts. */
const roundStep = (span: number, most: number): number => {
  const power = 10 ** Math.floor(Math.log10(span / most));
  return power * STEPS.find((step) => span / (step * power) <= most + 1e-9)!;
};

const decimals = (step: number): number =>
  Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (/[^0]5$/.test(step.toExponential(1).slice(0, 3)) ? 1 : 0));

/** A scale over `[low, high]`, onto `[from, to]` pixels, with round ticks. */
export const linearScale = ([low, high]: readonly [number, number], [from, to]: readonly [number, number], most = 5): ChartScale => {
  const span = high > low ? high - low : 1;
  const step = roundStep(span, most);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor((low + span) / step + 1e-9);
  const digits = decimals(step);
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step),
    at: (value) => from + ((value - low) / span) * (to - from),
    label: (value) => (Math.abs(step) < 1e-3 ? (value === 0 ? '0' : value.toExponential(1)) : value.toFixed(digits)),
  };
};

/** A range that holds the values and, on request, 0, ending on round numbers. */
export const roundRange = (values: readonly number[], most = 5): [number, number] => {
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low);
  if (high === low) return [low, low + 1];
  const step = roundStep(high - low, most);
  return [Math.floor(low / step) * step, Math.ceil(high / step - 1e-9) * step];
};
