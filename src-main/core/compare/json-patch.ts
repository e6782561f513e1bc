import type { JsonNode } from '../payload/json-nodes.ts';
import type { JsonStep } from '../query/grammar/query.ts';
import type { JsonDifference } from './json.ts';

/**
 * What makes the older document the newer one, as a JSON Patch (RFC 6902), an operation a line; values
 * with their digits as written. Elements are removed from the end of their list, so that the places of
 * the others hold.
 */
export function jsonPatch(root: JsonDifference): string {
  const operations: string[] = [];
  const removals: string[] = [];
  collect(root, operations, removals);
  const all = [...operations, ...removals.toReversed()];
  return all.length === 0 ? '[]' : `[\n  ${all.join(',\n  ')}\n]`;
}

function collect(item: JsonDifference, operations: string[], removals: string[]): void {
  switch (item.kind) {
    case 'branch':
      for (const child of item.children) collect(child, operations, removals);
      return;
    case 'same':
      return;
    case 'removed':
      removals.push(`{ "op": "remove", "path": ${pointer(item.path)} }`);
      return;
    case 'changed':
    case 'added': {
      const op = item.kind === 'changed' ? 'replace' : 'add';
      const value = item.now === null ? 'null' : nodeJson(item.now);
      operations.push(`{ "op": "${op}", "path": ${pointer(item.path)}, "value": ${value} }`);
    }
  }
}

/** A JSON Pointer (RFC 6901) as a string of JSON. */
function pointer(path: readonly JsonStep[]): string {
  const text = path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return JSON.stringify(text);
}

/** The value as JSON on one line, digits and escapes as they were written. */
export function nodeJson(node: JsonNode): string {
  switch (node.kind) {
    case 'object': {
      const { values } = node;
      const members = node.keys.map((key, at) => {
        const value = values[at];
        return `${JSON.stringify(key)}: ${value === undefined ? 'null' : nodeJson(value)}`;
      });
      return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
    }
    case 'list':
      return `[${node.values.map(nodeJson).join(', ')}]`;
    default:
      return node.text;
  }
}
