import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import { formatCounted } from '../../core/text/amounts.ts';
import type { BytePlaces } from '../base/byte-places.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { countWords } from '../base/node-labels.ts';

/**
 * YAML 1.2. Scalars stay as they are written, so that numbers keep their digits; aliases are named and not followed,
 * so that nothing grows; tags make no objects.
 */
export function readYaml(text: string, places: BytePlaces, tree: TreeBuilder): string {
  const documents: readonly Document.Parsed[] = [
    ...parseAllDocuments(text, {
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: true,
      stringKeys: false,
    }),
  ];
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new Unreadable(`is not readable: ${error.message.split('\n')[0] ?? ''}`);
  if (documents.length === 0) throw new Unreadable('has no document');
  const reader = new YamlReader(places, tree);
  const from = tree.nodes.length;
  const [only, another] = documents;
  if (another === undefined) {
    reader.node(only?.contents ?? null);
    return countWords(tree.nodes[from]);
  }
  tree.open('list', `${documents.length} documents`, 0);
  for (const { contents } of documents) reader.node(contents);
  tree.close(places.of(text.length));
  return formatCounted(documents.length, 'document');
}

class YamlReader {
  readonly #places: BytePlaces;
  readonly #tree: TreeBuilder;

  constructor(places: BytePlaces, tree: TreeBuilder) {
    this.#places = places;
    this.#tree = tree;
  }

  node(node: unknown): void {
    if (!isNode(node)) return void this.#tree.value('literal', 'null', 'null');
    const [at, end] = this.#span(node);
    const note =
      typeof node.tag === 'string' && !node.tag.startsWith('tag:yaml.org') ? `tag ${node.tag}` : '';
    if (isAlias(node))
      return void this.#tree.value('text', `*${node.source}`, 'alias, not followed', at, end);
    if (isScalar(node)) return this.#scalar(node, at, end, note);
    if (isSeq(node)) {
      this.#tree.open('list', `sequence of ${node.items.length}`, at, note);
      for (const item of node.items) this.node(item);
      this.#tree.close(end);
    } else if (isMap(node)) {
      this.#tree.open('object', `mapping of ${node.items.length}`, at, note);
      for (const { key, value } of node.items) {
        this.#tree.key(keyText(key), isScalar(key) && typeof key.value === 'string');
        this.node(value);
      }
      this.#tree.close(end);
    }
  }

  #span(node: Node): [number | null, number | null] {
    const { range } = node;
    if (range === null || range === undefined) return [null, null];
    const at = this.#places.of(range[0]);
    return [at, this.#places.of(range[1])];
  }

  #scalar(scalar: Scalar, at: number | null, end: number | null, note: string): void {
    const { value, source } = scalar;
    const written = source ?? String(value);
    if (typeof value === 'string') this.#tree.value('text', value, 'text', at, end, note);
    else if (typeof value === 'number' || typeof value === 'bigint') {
      this.#tree.value('number', written, 'number', at, end, note);
    } else
      this.#tree.value(
        'literal',
        value === null ? 'null' : written,
        value === null ? 'null' : 'boolean',
        at,
        end,
        note,
      );
  }
}

function isNode(node: unknown): node is Node {
  return isAlias(node) || isScalar(node) || isSeq(node) || isMap(node);
}

function keyText(key: unknown): string {
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
  return isAlias(key) ? `*${key.source}` : String(key);
}
