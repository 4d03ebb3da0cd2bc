/** Maps items in order, so many at a time: thousands of files must not be open at once. Stops with the signal's reason when it is aborted. */
export const mapBounded = async <In, Out>(
  items: readonly In[],
  atOnce: number,
  map: (item: In, index: number) => Promise<Out>,
  signal?: AbortSignal,
): Promise<Out[]> => {
  const results = new Array<Out>(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      try {
        results[index] = await map(items[index]!, index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
};
