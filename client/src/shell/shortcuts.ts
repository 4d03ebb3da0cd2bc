const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName));

const takesSpace = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && ['BUTTON', 'A', 'SUMMARY'].includes(target.tagName);

/**
 * The action for a key anywhere on the page. `digit` gets the index of a class, from 0. Keys stay with fields, buttons and dialogs
 * that want them themselves.
 */
export const shortcutFor = (
  event: KeyboardEvent,
  actions: Readonly<Record<string, () => void>>,
  digit: (index: number) => void,
): (() => void) | undefined => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || takesText(event.target)) return undefined;
  if (document.querySelector('dialog[open]')) return undefined;
  if (event.key === ' ' && takesSpace(event.target)) return undefined;
  if (/^[1-9]$/.test(event.key)) return () => digit(Number(event.key) - 1);
  return actions[event.key.toLowerCase()];
};
