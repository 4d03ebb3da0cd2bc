import { untrack } from 'svelte';
import { findBinding, type KeyBinding, type KeyPrefix, keyOf } from './find-binding.ts';

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName));

const widgets = new Set(['button', 'switch', 'checkbox', 'radio', 'tab', 'slider', 'combobox', 'menuitem', 'option']);

const takesSpace = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (['BUTTON', 'A', 'SUMMARY'].includes(target.tagName) || widgets.has(target.role ?? ''));

/** The one list of keys: it binds them, and the legend is made from it. Pages add theirs while they are shown. */
export class KeyBindings {
  groups: readonly { readonly title: string; readonly bindings: readonly KeyBinding[] }[] = $state.raw([]);
  #prefix: KeyPrefix | undefined;

  /** Adds a group; the returned function takes it away. */
  add(title: string, bindings: readonly KeyBinding[]): () => void {
    const group = { title, bindings };
    // Effects that add keys must not follow the list that they change.
    this.groups = [...untrack(() => this.groups), group];
    return () => {
      this.groups = untrack(() => this.groups).filter((one) => one !== group);
    };
  }

  /** Acts on a key pressed anywhere on the page. Keys stay with fields, buttons, menus and dialogs that want them themselves. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || takesText(event.target)) return;
    if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"][data-state="open"]')) return;
    const pressed = keyOf(event);
    if (pressed === 'Space' && takesSpace(event.target)) return;
    const all = this.groups.flatMap(({ bindings }) => bindings);
    const { binding, prefix } = findBinding(all, pressed, event.timeStamp, this.#prefix);
    this.#prefix = prefix;
    if (!binding) return;
    event.preventDefault();
    if (event.repeat && !binding.repeats) return;
    binding.act(pressed);
  }
}
