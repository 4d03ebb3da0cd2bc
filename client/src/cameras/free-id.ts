/** An id for one more camera: the lowest `camera-N` that is free, from 2 on. */
export const freeId = (taken: readonly string[]): string => {
  let n = 2;
  while (taken.includes(`camera-${n}`)) n++;
  return `camera-${n}`;
};
