import { ROOT, NO_NODE, type Node, type TopicSource } from '../topics/columns/nodes.ts';
import { MQTT_SEPARATOR, separatorByteOf, separatorByte } from '../topics/levels.ts';

/** Fewer topics are asked for by their names. */
const LEAST = 8;
/** Other topics that a subtree may bring along: a share of those that are meant, and some. */
const OTHERS_SHARE = 0.25;
const OTHERS = 16;

/** A subtree that is asked for as a whole. */
export interface CoveredSubtree {
  readonly node: Node;
  /** Indexes of the topics that are meant, in the list that was given. */
  readonly meant: readonly number[];
  /** Topics that it may bring. */
  readonly most: number;
}

export interface Cover {
  readonly subtrees: readonly CoveredSubtree[];
  /** Indexes of those that lie in none. */
  readonly rest: readonly number[];
}

/**
 * The largest subtrees that hold little else than the topics that are meant, so that one subscription asks
 * for many. In a tree that is divided otherwise than MQTT divides topics, a subtree cannot be asked for: what
 * its question brought would not be all of it, and topics would be taken for gone.
 *
 * @param nodes of the topics; NO_NODE where it is not known
 * @param most topics that a subtree may hold
 */
export function coverOf(topics: TopicSource, nodes: readonly Node[], most: number): Cover {
  const meantBelow = new Map<Node, number>();
  for (const node of nodes)
    for (let at = node; at !== NO_NODE && at !== ROOT; at = topics.parent(at))
      meantBelow.set(at, (meantBelow.get(at) ?? 0) + 1);
  const isGood = (node: Node): boolean => {
    const meant = meantBelow.get(node) ?? 0;
    const all = topics.subtreeTopics(node);
    return meant >= LEAST && all <= most && all - meant <= OTHERS + OTHERS_SHARE * meant;
  };
  const separator = separatorByte(topics.separator);
  const isOfMqtt = topics.separator === MQTT_SEPARATOR;
  const isAskable = (node: Node): boolean =>
    isOfMqtt || separatorByteOf(topics.pathBytes(node)[0], separator) !== separator;
  const tops = new Map<Node, Node>();
  const topOf = (node: Node): Node => {
    const known = tops.get(node);
    if (known !== undefined) return known;
    const parent = topics.parent(node);
    const above = parent === ROOT || parent === NO_NODE ? NO_NODE : topOf(parent);
    const top = above !== NO_NODE ? above : isGood(node) ? node : NO_NODE;
    tops.set(node, top);
    return top;
  };
  const subtrees = new Map<Node, number[]>();
  const rest: number[] = [];
  for (const [index, node] of nodes.entries()) {
    const top = node === NO_NODE || !isAskable(node) ? NO_NODE : topOf(node);
    const meant = subtrees.get(top);
    if (top === NO_NODE) rest.push(index);
    else if (meant === undefined) subtrees.set(top, [index]);
    else meant.push(index);
  }
  return {
    subtrees: [...subtrees].map(([node, meant]) => ({ node, meant, most: topics.subtreeTopics(node) })),
    rest,
  };
}
