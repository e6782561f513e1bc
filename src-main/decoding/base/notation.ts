import type { TreeNode } from './tree.ts';

type Shown = Pick<TreeNode, 'depth' | 'key' | 'textKey' | 'shape' | 'text' | 'children'>;

/**
 * Values as text that is read like JSON, two spaces a level: texts in quotes, bytes as `h'…'`, numbers as they are.
 * Ends at about `most` characters.
 */
export function notation(nodes: readonly Shown[], most: number): string {
  const out: string[] = [];
  const open: { readonly close: string; left: number }[] = [];
  let length = 0;
  const put = (text: string): void => {
    out.push(text);
    length += text.length;
  };
  for (const node of nodes) {
    if (length > most) break;
    const inside = open.at(-1);
    if (inside !== undefined) {
      put(`\n${'  '.repeat(open.length)}`);
      inside.left--;
    }
    if (node.key !== null) put(`${node.textKey ? JSON.stringify(node.key) : node.key}: `);
    if (node.shape === 'object' || node.shape === 'list') {
      const [begin, close] = node.shape === 'object' ? ['{', '}'] : ['[', ']'];
      if (node.children > 0) {
        put(begin);
        open.push({ close, left: node.children });
        continue;
      }
      put(begin + close);
    } else put(scalarText(node));
    while (open.length > 0 && open.at(-1)?.left === 0)
      put(`\n${'  '.repeat(open.length - 1)}${open.pop()?.close}`);
    if (open.length > 0) put(',');
  }
  return out.join('');
}

/** A single value as it is written in the notation. */
export function scalarText({ shape, text }: Pick<Shown, 'shape' | 'text'>): string {
  if (shape === 'text' || shape === 'date') return JSON.stringify(text);
  return shape === 'bytes' ? `h'${text}'` : text;
}
