/** A key and what it does. Keys are as the legend shows them: `Space`, `R`, `G L` (one after the other), `1 – 9`, `Ctrl+Z`, `Shift+ArrowLeft`. */
export type KeyBinding = {
  readonly keys: string;
  readonly what: string;
  /** Acts again and again while the key is held. */
  readonly repeats?: boolean;
  /** Hears the pressed key, as `keyOf` names it. */
  readonly act: (pressed: string) => void;
};

/** A first key of a sequence, and when it was pressed. */
export type KeyPrefix = { readonly key: string; readonly atMs: number };

const SEQUENCE_MS = 1500;
/** Keys of a range, for which the action hears which of them it was. */
const ranges: Readonly<Record<string, RegExp>> = { '1 – 9': /^[1-9]$/ };

type Pressed = { readonly key: string; readonly ctrlKey?: boolean; readonly metaKey?: boolean; readonly shiftKey?: boolean };

/** The key of an event as bindings name it. Shift is told of keys that mean the same without it; the command key of a Mac is its Ctrl. */
export const keyOf = ({ key, ctrlKey = false, metaKey = false, shiftKey = false }: Pressed): string => {
  const command = ctrlKey || metaKey;
  const name = key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key;
  return `${command ? 'Ctrl+' : ''}${shiftKey && (command || name.length > 1) ? 'Shift+' : ''}${name}`;
};

/** The binding that a key completes, or the prefix that it is of a sequence. Of bindings for the same key the last wins. */
export const findBinding = (
  bindings: readonly KeyBinding[],
  pressed: string,
  atMs: number,
  before?: KeyPrefix,
): { readonly binding?: KeyBinding; readonly prefix?: KeyPrefix } => {
  const sequence = before && atMs - before.atMs < SEQUENCE_MS ? `${before.key} ${pressed}` : undefined;
  const binding =
    bindings.findLast(({ keys }) => keys === sequence) ?? bindings.findLast(({ keys }) => ranges[keys]?.test(pressed) ?? keys === pressed);
  if (binding) return { binding };
  const begins = bindings.some(({ keys }) => ranges[keys] === undefined && keys.startsWith(`${pressed} `));
  return begins ? { prefix: { key: pressed, atMs } } : {};
};
