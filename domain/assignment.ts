/** A row and a column that were given to each other. */
export type Pair = { readonly row: number; readonly column: number };

/**
 * The pairing of rows and columns of least total cost: every row, or every column where there are fewer, is paired once. `costs` is row-major and
 * finite; pairs come by rising row. Shortest augmenting paths (R. Jonker and A. Volgenant, Computing 38, 1987) in the rectangular form of
 * D. F. Crouse (IEEE Trans. AES 52, 2016). Of equal pairings it takes the one that SciPy's `linear_sum_assignment` takes, so that
 * metrics built on it agree to the last digit.
 */
export const assign = (costs: ArrayLike<number>, rows: number, columns: number): Pair[] => {
  if (rows === 0 || columns === 0) return [];
  if (columns >= rows) return Array.from(solve(costs, rows, columns), (column, row) => ({ row, column }));
  const turned = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = costs[row * columns + column]!;
  return Array.from(solve(turned, columns, rows), (row, column) => ({ row, column })).sort((a, b) => a.row - b.row);
};

const FREE = -1;

/** Column of each row; there are no more rows than columns. */
const solve = (costs: ArrayLike<number>, rows: number, columns: number): Int32Array => {
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns);
  const columnOf = new Int32Array(rows).fill(FREE);
  const rowOf = new Int32Array(columns).fill(FREE);
  const reachedFrom = new Int32Array(columns).fill(FREE);
  const distance = new Float64Array(columns);
  const rowReached = new Uint8Array(rows);
  const columnDone = new Uint8Array(columns);
  const open = new Int32Array(columns);

  for (let start = 0; start < rows; start++) {
    rowReached.fill(0);
    columnDone.fill(0);
    distance.fill(Number.POSITIVE_INFINITY);
    for (let k = 0; k < columns; k++) open[k] = columns - 1 - k;
    let left = columns;
    let reached = 0;
    let row = start;
    let sink = FREE;
    while (sink === FREE) {
      rowReached[row] = 1;
      let nearest = -1;
      let lowest = Number.POSITIVE_INFINITY;
      for (let k = 0; k < left; k++) {
        const column = open[k]!;
        const through = reached + costs[row * columns + column]! - rowPrice[row]! - columnPrice[column]!;
        if (through < distance[column]!) {
          reachedFrom[column] = row;
          distance[column] = through;
        }
        if (distance[column]! < lowest || (distance[column] === lowest && rowOf[column] === FREE)) {
          lowest = distance[column]!;
          nearest = k;
        }
      }
      if (lowest === Number.POSITIVE_INFINITY) throw new RangeError('costs must be finite');
      reached = lowest;
      const column = open[nearest]!;
      if (rowOf[column] === FREE) sink = column;
      else row = rowOf[column]!;
      columnDone[column] = 1;
      open[nearest] = open[--left]!;
    }
    rowPrice[start]! += reached;
    for (let i = 0; i < rows; i++) if (rowReached[i] === 1 && i !== start) rowPrice[i]! += reached - distance[columnOf[i]!]!;
    for (let j = 0; j < columns; j++) if (columnDone[j] === 1) columnPrice[j]! -= reached - distance[j]!;
    for (let column = sink; ; ) {
      const from = reachedFrom[column]!;
      rowOf[column] = from;
      const before = columnOf[from]!;
      columnOf[from] = column;
      if (from === start) break;
      column = before;
    }
  }
  return columnOf;
};
