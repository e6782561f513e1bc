import { shortcutKey, type PressedKey } from '../../ui/base/pressed-key.ts';

/** The part of a keyboard event that says what is pressed. */
export type Press = PressedKey & Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/**
 * Whether a key press is `Mod+Shift+P`, `F6`, ... `Mod` is Cmd on a Mac and Ctrl elsewhere. `View` is Ctrl on a
 * Mac, where Alt writes other characters, and Alt elsewhere.
 */
export function isPressed(event: Press, keys: string, mac: boolean): boolean {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  const wants = (name: string) => parts.includes(name);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  const view = wants('View');
  return (
    isKey(event, key.toLowerCase(), wants('Shift')) &&
    mod === wants('Mod') &&
    other === (view && mac) &&
    event.altKey === (wants('Alt') || (view && !mac)) &&
    // Characters such as ? and / may need Shift on some keyboards.
    (event.shiftKey === wants('Shift') || (/^[^a-z0-9]$/i.test(key) && !wants('Shift')))
  );
}

/** With Shift a digit is known by its place: what it writes is another character. */
function isKey(event: Press, key: string, withShift: boolean): boolean {
  return shortcutKey(event) === key || (withShift && /^[0-9]$/.test(key) && event.code === `Digit${key}`);
}
