/** A cell of a CSV line (RFC 4180); quoted where it must be, and never a formula for the spreadsheet that opens it. */
const csvCell = (value: string | number | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const csvLine = (values: readonly (string | number | undefined)[]): string => `${values.map(csvCell).join(',')}\r\n`;
