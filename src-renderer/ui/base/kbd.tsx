import './kbd.css';

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

const WORDS: Readonly<Record<string, readonly [mac: string, other: string]>> = {
  Mod: ['⌘', 'Ctrl'],
  Shift: ['⇧', '⇧'],
  Alt: ['⌥', 'Alt'],
  View: ['⌃', 'Alt'],
  Enter: ['↵', '↵'],
  Escape: ['Esc', 'Esc'],
  Delete: ['Del', 'Del'],
  ArrowUp: ['↑', '↑'],
  ArrowDown: ['↓', '↓'],
  ArrowLeft: ['←', '←'],
  ArrowRight: ['→', '→'],
};

/** `Mod+Shift+P` as this platform writes it. */
export function keysText(keys: string): string {
  return keys
    .split('+')
    .map((key) => WORDS[key]?.[mac ? 0 : 1] ?? key)
    .join(' ');
}

/** A shortcut beside its label. Hidden from screen readers, which read `aria-keyshortcuts`. */
export function Kbd({ keys, framed }: { readonly keys: string; readonly framed?: boolean }) {
  return (
    <kbd aria-hidden className={framed === true ? 'kbd kbd-framed' : 'kbd'}>
      {keysText(keys)}
    </kbd>
  );
}
