const unescaped = (text: string): string => text.replaceAll(/\\(["'\\])/g, '$1');

/**
 * Class names by id in a label map of the TensorFlow Object Detection API (`item { id: 1 name: 'RBC' }`). `display_name` stands in where an
 * item has no name.
 */
export const parseLabelMap = (text: string): ReadonlyMap<number, string> => {
  const names = new Map<number, string>();
  for (const [, item] of text
    .replaceAll(/^\s*#.*$/gm, '')
    .matchAll(/item\s*:?\s*\{((?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)\}/g)) {
    const id = /(?:^|[\s,])id\s*:\s*(\d{1,9})/.exec(item!)?.[1];
    const textOf = (key: string): string | undefined => {
      const value = new RegExp(`(?:^|[\\s,])${key}\\s*:\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'((?:[^'\\\\]|\\\\.)*)')`).exec(item!);
      return value === null ? undefined : unescaped(value[1] ?? value[2]!);
    };
    const name = textOf('name') ?? textOf('display_name');
    if (id !== undefined && name !== undefined) names.set(Number(id), name);
  }
  return names;
};

/** Ids begin with 1: 0 is the background. */
export const labelMapText = (classes: readonly string[]): string =>
  classes.map((name, i) => `item {\n  id: ${i + 1}\n  name: "${name.replaceAll(/["\\]/g, String.raw`\$&`)}"\n}\n`).join('');
