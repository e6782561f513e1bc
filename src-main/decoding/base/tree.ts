import type { DecodedNode, DecodedShape } from '../../contract/decoding/decoded.ts';
import { MAX_DEPTH, MAX_VALUES } from './limits.ts';
import { EnoughRead, TooDeep } from './unreadable.ts';

/** A value while its payload is read. */
export type TreeNode = { -readonly [K in keyof Omit<DecodedNode, 'left'>]: DecodedNode[K] };

type Scalar = Exclude<DecodedShape, 'object' | 'list'>;

/** Where a reader stood, to go back to. */
export interface Mark {
  readonly length: number;
  readonly depth: number;
}

/** Collects values in the order they are read. */
export class TreeBuilder {
  readonly nodes: TreeNode[] = [];
  readonly #open: number[] = [];
  readonly #most: number;
  readonly #around: number;
  #key: string | null = null;
  #textKey = true;

  /** @param around levels that it is in itself, as the key of a map is */
  constructor(most = MAX_VALUES, around = 0) {
    this.#most = most;
    this.#around = around;
  }

  /** For what is read apart and has to be no deeper than the rest. */
  get depth(): number {
    return this.#open.length + this.#around;
  }

  /** Sets the key of the value that comes next. */
  key(key: string, isText = true): void {
    this.#key = key;
    this.#textKey = isText;
  }

  /** The key of what comes next, to be given again after a rollback. */
  get pendingKey(): { readonly key: string | null; readonly isText: boolean } {
    return { key: this.#key, isText: this.#textKey };
  }

  open(shape: 'object' | 'list', type: string, at: number | null, note = ''): TreeNode {
    if (this.depth >= MAX_DEPTH)
      throw new TooDeep(`is nested deeper than ${MAX_DEPTH} levels${atByte(at)}`, at);
    const node = this.#add(shape, '', type, at, null, note);
    this.#open.push(this.nodes.length - 1);
    return node;
  }

  /** The innermost one that is open. `end`: the byte after its last; null where that is not known. */
  close(end: number | null): TreeNode {
    const index = this.#open.pop();
    const node = index === undefined ? undefined : this.nodes[index];
    if (index === undefined || node === undefined) throw new Error('Nothing is open.');
    node.descendants = this.nodes.length - 1 - index;
    node.length = end === null || node.at === null ? null : end - node.at;
    return node;
  }

  value(
    shape: Scalar,
    text: string,
    type: string,
    at: number | null = null,
    end: number | null = null,
    note = '',
  ): TreeNode {
    return this.#add(shape, text, type, at, end, note);
  }

  mark(): Mark {
    return { length: this.nodes.length, depth: this.#open.length };
  }

  /** Forgets what was read since then; the key of what comes next has to be given again. */
  rollback({ length, depth }: Mark): void {
    this.#open.length = depth;
    const parent = this.#parent();
    if (parent !== undefined) parent.children -= this.#childrenSince(length, depth);
    this.nodes.length = length;
    this.#key = null;
  }

  /** Ends what is open where reading stopped. */
  finish(): void {
    while (this.#open.length > 0) this.close(null);
  }

  #childrenSince(length: number, depth: number): number {
    let count = 0;
    for (let at = length; at < this.nodes.length; at++) if (this.nodes[at]?.depth === depth) count++;
    return count;
  }

  #parent(): TreeNode | undefined {
    const index = this.#open.at(-1);
    return index === undefined ? undefined : this.nodes[index];
  }

  #add(
    shape: DecodedShape,
    text: string,
    type: string,
    at: number | null,
    end: number | null,
    note: string,
  ): TreeNode {
    if (this.nodes.length >= this.#most) throw new EnoughRead();
    const parent = this.#parent();
    if (parent !== undefined) parent.children++;
    const node: TreeNode = {
      depth: this.#open.length,
      key: this.#key,
      textKey: this.#textKey,
      shape,
      text,
      type,
      note,
      at,
      length: at === null || end === null ? null : end - at,
      children: 0,
      descendants: 0,
    };
    this.#key = null;
    this.#textKey = true;
    this.nodes.push(node);
    return node;
  }
}

function atByte(at: number | null): string {
  return at === null ? '' : ` at byte ${at}`;
}
