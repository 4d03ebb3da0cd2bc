const unquoted = (text: string): string => {
  const value = text.trim();
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(value);
  if (quoted === null) return value.replace(/\s+#.*$/, '');
  return quoted[1] === undefined ? quoted[2]!.replaceAll("''", "'") : quoted[1].replaceAll(/\\(["\\])/g, '$1');
};

/** Items between commas that are not within quotes. */
const items = (text: string): string[] =>
  [...text.matchAll(/\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,]+)\s*(?:,|$)/g)]
    .map(([, item]) => item!)
    .filter((item) => item.trim() !== '');

const asEntry = (text: string, index: number): [number, string] => {
  const entry = /^\s*(\d{1,6})\s*:\s*(.*)$/.exec(text);
  return entry === null ? [index, unquoted(text)] : [Number(entry[1]), unquoted(entry[2]!)];
};

/**
 * The class names in YOLO's `data.yaml`, by id: `names:` followed by `[a, b]`, `{0: a, 1: b}`, lines `- a` or lines `0: a`. That entry alone
 * is understood of YAML; `undefined` where there is none.
 */
export const yamlNames = (yaml: string): ReadonlyMap<number, string> | undefined => {
  const lines = yaml.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  const at = lines.findIndex((line) => /^names\s*:/.test(line));
  if (at === -1) return undefined;
  const rest = lines[at]!.replace(/^names\s*:\s*/, '');
  if (/^[[{]/.test(rest)) {
    const closing = rest.startsWith('[') ? ']' : '}';
    const whole = [rest, ...lines.slice(at + 1)].join(' ');
    const end = whole.lastIndexOf(closing, whole.search(/[\]}]\s+[a-z_]+\s*:/i) === -1 ? undefined : whole.search(/[\]}]\s+[a-z_]+\s*:/i));
    return end === -1 ? undefined : new Map(items(whole.slice(1, end)).map(asEntry));
  }
  const block: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1] ?? /^\s+(\d{1,6}\s*:.*)$/.exec(line)?.[1];
    if (item === undefined) break;
    block.push(item);
  }
  return block.length === 0 ? undefined : new Map(block.map(asEntry));
};

/** A `data.yaml` entry that `yamlNames` and YAML readers understand. */
export const namesYaml = (names: readonly string[]): string =>
  `nc: ${names.length}\nnames:\n${names.map((name, id) => `  ${id}: ${JSON.stringify(name)}\n`).join('')}`;
