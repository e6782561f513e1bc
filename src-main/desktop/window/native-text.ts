import type { MessageBoxOptions } from 'electron';
import { escapeUnsafe } from '../../core/payload/visible.ts';

/**
 * Text for a box of the system: nothing in it deceives the eye. Line breaks stay, as they are ours; in a name
 * they have to be escaped before it gets into the text.
 */
export function nativeText(text: string): string {
  return text.split('\n').map(escapeUnsafe).join('\n');
}

/** A box with every text in it so: names, versions of a feed, and reasons are other people's words. */
export function nativeBox<B extends MessageBoxOptions>(box: B): B {
  const { message, detail, title, buttons } = box;
  return {
    ...box,
    message: nativeText(message),
    ...(detail === undefined ? {} : { detail: nativeText(detail) }),
    ...(title === undefined ? {} : { title: escapeUnsafe(title) }),
    ...(buttons === undefined ? {} : { buttons: buttons.map(escapeUnsafe) }),
  };
}
