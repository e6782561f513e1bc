import type { JsonNode } from '../json-nodes.ts';

export interface PrintOptions {
  /** Members in the order of their names, those of the same name as they were. */
  readonly sorted: boolean;
  /** A member a line, two spaces further in for each level; else all on one line. */
  readonly indented: boolean;
}

/** The document as text, digits and escapes of its values as they were written; names as they are meant. */
export function printJson(node: JsonNode, options: PrintOptions): string {
  return print(node, options, '\n');
}

/** @param breaks a line break with the indentation of the surroundings */
function print(node: JsonNode, options: PrintOptions, breaks: string): string {
  if (node.kind !== 'object' && node.kind !== 'list') return node.text;
  const inner = `${breaks}  `;
  const members = node.values.map((value, at) => {
    const text = print(value, options, inner);
    if (node.kind === 'list') return { key: '', text };
    const key = node.keys[at] ?? '';
    return { key, text: `${JSON.stringify(key)}:${options.indented ? ' ' : ''}${text}` };
  });
  // Sorting keeps the order of equals.
  if (options.sorted && node.kind === 'object') members.sort((a, b) => compareNames(a.key, b.key));
  const [open, close] = node.kind === 'object' ? ['{', '}'] : ['[', ']'];
  if (members.length === 0) return open + close;
  const texts = members.map(({ text }) => text);
  return options.indented
    ? `${open}${inner}${texts.join(`,${inner}`)}${breaks}${close}`
    : `${open}${texts.join(',')}${close}`;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
