import type { Node } from '../columns/nodes.ts';

/** Numbers that stand for siblings: the one with the smaller number comes first, equal ones are to be compared. */
export interface SiblingKeys {
  /** The larger, the more siblings the keys distinguish. */
  readonly length: number;
  key(node: Node): number;
}

/** The order in which siblings have their rows. */
export interface SiblingOrder {
  /** Never 0 for two siblings. */
  compare(a: Node, b: Node): number;
  /** For a stretch of siblings from one to another; null where comparing is all there is. */
  keys(first: Node, last: Node): SiblingKeys | null;
}
