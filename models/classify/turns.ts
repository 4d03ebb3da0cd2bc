/** The eight turns and mirrorings of a square, numbered: bit 0 mirrors columns, bit 1 rows, bit 2 changes rows and columns, in this order. */
export const TURNS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** For each point of the turned square, the point of the square that it shows. */
export const turnedPoints = (side: number, turn: number): Uint32Array => {
  const points = new Uint32Array(side * side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const [v, u] = (turn & 4) !== 0 ? [column, row] : [row, column];
      points[row * side + column] = ((turn & 2) !== 0 ? side - 1 - v : v) * side + ((turn & 1) !== 0 ? side - 1 - u : u);
    }
  return points;
};
