/**
 * The same items in the same order, the next one being fetched while the present one is worked on. An item that was fetched and never
 * taken goes to `onUnused`.
 *
 *     source   a---b---c---|
 *     taken        a-------b-------c-------|     (b is decoded while a is counted)
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>, onUnused: (item: Item) => void): AsyncGenerator<Item, void, undefined> {
  const items = source[Symbol.asyncIterator]();
  const fetch = (): Promise<IteratorResult<Item>> => {
    const next = items.next();
    // Met where it is awaited; until then a failure must not count as unhandled.
    next.catch(() => {});
    return next;
  };
  let coming: Promise<IteratorResult<Item>> | undefined = fetch();
  try {
    while (coming !== undefined) {
      const step: IteratorResult<Item> = await coming;
      coming = undefined;
      if (step.done) return;
      coming = fetch();
      yield step.value;
    }
  } finally {
    const unused = await coming?.catch(() => undefined);
    if (unused !== undefined && !unused.done) onUnused(unused.value);
    await items.return?.();
  }
}
