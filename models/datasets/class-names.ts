const unquoted = (text: string): string => {
  const value = text.trim();
  if (/^'.*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/.test(value)) return value.replace(/\s+#.*$/, '');
  try {
    // YAML's double quotes hold all that JSON's do.
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
};

/** What stands between commas, up to the closing bracket; quotes hold both. `undefined` where it is not closed. */
const itemsUpTo = (closing: string, text: string): string[] | undefined => {
  const items = [''];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[\s\S]/g)) {
    if (token === closing) return items.filter((item) => item.trim() !== '');
    if (token === ',') items.push('');
    else items[items.length - 1] += token;
  }
  return undefined;
};

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
    const whole = [rest.slice(1), ...lines.slice(at + 1)].join(' ');
    const items = itemsUpTo(rest.startsWith('[') ? ']' : '}', whole);
    return items === undefined ? undefined : new Map(items.map(asEntry));
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
