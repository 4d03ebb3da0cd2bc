/** What a camera says of one of its settings (Media Capture, Image Capture): a range, or the modes it knows. */
export type Capabilities = Readonly<Record<string, unknown>>;

export type ControlRange = {
  readonly name: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
};

/** A group of the camera's controls: with `mode`, its range counts only while that is manual. */
export type ControlGroup = { readonly label: string; readonly mode?: string | undefined; readonly ranges: readonly ControlRange[] };

export type ControlValues = Readonly<Record<string, number | string>>;

const GROUPS = [
  { label: 'Exposure', mode: 'exposureMode', ranges: { exposureTime: 'Time', iso: 'Gain' } },
  { label: 'White balance', mode: 'whiteBalanceMode', ranges: { colorTemperature: 'Temperature, K' } },
  { label: 'Focus', mode: 'focusMode', ranges: { focusDistance: 'Distance' } },
  { label: 'Picture', ranges: { brightness: 'Brightness', contrast: 'Contrast', saturation: 'Saturation', sharpness: 'Sharpness' } },
] as const;

const rangeOf = (capabilities: Capabilities, name: string, label: string): ControlRange[] => {
  const { min, max, step } = (capabilities[name] ?? {}) as { min?: unknown; max?: unknown; step?: unknown };
  if (typeof min !== 'number' || typeof max !== 'number' || !(max > min)) return [];
  return [{ name, label, min, max, step: typeof step === 'number' && step > 0 ? step : (max - min) / 100 }];
};

/** The controls that this camera has; a camera without any gives none. */
export const controlGroups = (capabilities: Capabilities): readonly ControlGroup[] =>
  GROUPS.flatMap((group) => {
    const modes = 'mode' in group ? capabilities[group.mode] : undefined;
    const mode =
      Array.isArray(modes) && modes.includes('manual') && modes.includes('continuous') && 'mode' in group ? group.mode : undefined;
    const ranges = Object.entries(group.ranges).flatMap(([name, label]) => rangeOf(capabilities, name, label));
    return ranges.length === 0 && mode === undefined ? [] : [{ label: group.label, mode, ranges }];
  });

/** What the camera is set to now. */
export const controlValues = (groups: readonly ControlGroup[], settings: Readonly<Record<string, unknown>>): ControlValues =>
  Object.fromEntries(
    groups
      .flatMap(({ mode, ranges }) => [...(mode === undefined ? [] : [mode]), ...ranges.map(({ name }) => name)])
      .flatMap((name) => {
        const value = settings[name];
        return typeof value === 'number' || typeof value === 'string' ? [[name, value]] : [];
      }),
  );

/** Constraints for these values: a range whose mode is not manual is the camera's own business. */
export const controlConstraints = (groups: readonly ControlGroup[], values: ControlValues): Record<string, number | string> =>
  Object.fromEntries(
    groups.flatMap(({ mode, ranges }) => [
      ...(mode !== undefined && values[mode] !== undefined ? [[mode, values[mode]]] : []),
      ...(mode === undefined || values[mode] === 'manual'
        ? ranges.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]]))
        : []),
    ]),
  );
