/** Addresses of pictures that were shown before: they are at hand, and come back without a wait. */
const known = new Set<string>();
/** What is remembered of a long session, in addresses. */
const MOST_KNOWN = 50_000;

/** Whether a picture can be shown at once. */
export const isAtHand = (address: string): boolean => known.has(address);

/** Loads a picture and decodes it; tells whether there is one. */
export const fetchPicture = async (address: string): Promise<boolean> => {
  if (known.size > MOST_KNOWN) known.clear();
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
    known.add(address);
    return true;
  } catch {
    return false;
  }
};
