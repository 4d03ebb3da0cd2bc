export type Arrow = '→' | '←' | '↑' | '↓';

/** Arrow that points the way `forward` goes over a line: from the right hand to the left of somebody who walks along it. */
export const forwardArrow = ([x0, y0, x1, y1]: readonly [number, number, number, number]): Arrow => {
  const dx = x1 - x0;
  const dy = y1 - y0;
  if (Math.abs(dy) >= Math.abs(dx)) return dy > 0 ? '→' : '←';
  return dx > 0 ? '↑' : '↓';
};

const turned: Readonly<Record<Arrow, Arrow>> = { '→': '←', '←': '→', '↑': '↓', '↓': '↑' };

export const turnedArrow = (arrow: Arrow): Arrow => turned[arrow];
