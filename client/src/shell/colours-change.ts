/** Calls back when the system goes from light to dark or back; the returned function ends that. */
export const onSystemColours = (changed: () => void): (() => void) => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', changed);
  return () => dark.removeEventListener('change', changed);
};
