const NEEDS_QUOTES = /[",\r\n]/;

/** One line of comma-separated text (RFC 4180), its end included. */
export const csvLine = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => (NEEDS_QUOTES.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(',')}\n`;

/** The rows of comma-separated text; a last one without its line's end, as a kill leaves it, is left out. */
export const csvRows = (text: string): string[][] => {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n)/y;
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
};
