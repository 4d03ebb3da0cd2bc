/** The cell that an address speaks of: `cell=12`; undefined where it names none. */
export const pickedCell = (query: URLSearchParams): number | undefined => {
  const text = query.get('cell') ?? '';
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
};
