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
 * The largest subtrees that hold little else than the wanted topics, so that one subscription asks for many.
 * In a tree that is split by another separator than MQTT's, a subtree cannot be asked for: the answer would
 * not be complete, and missing topics would count as not retained.
 *
 * @param nodes of the topics; NO_NODE where it is not known
 * @param most topics that a subtree may hold
 */
export function coverOf(topics: TopicSource, nodes: ArrayLike<Node>, most: number): Cover {
  const meantBelow = countBelow(topics, nodes);
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
    if (node === ROOT || node === NO_NODE) return NO_NODE;
    const known = tops.get(node);
    if (known !== undefined) return known;
    const top = topFor(node, topOf(topics.parent(node)));
    tops.set(node, top);
    return top;
  };
  const topFor = (node: Node, from: Node): Node => (from !== NO_NODE ? from : isGood(node) ? node : NO_NODE);
  const subtrees = new Map<Node, number[]>();
  const rest: number[] = [];
  let [parent, above] = [NO_NODE, NO_NODE];
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index] ?? NO_NODE;
    if (node !== NO_NODE && topics.parent(node) !== parent) above = topOf((parent = topics.parent(node)));
    const top = node === NO_NODE || !isAskable(node) ? NO_NODE : topFor(node, above);
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

/**
 * Of each level how many that are meant lie below it, itself included. A topic that has nothing below is left out:
 * neighbours lie together, and are counted at the level that they have in common.
 */
function countBelow(
  topics: Pick<TopicSource, 'parent' | 'subtreeTopics'>,
  nodes: ArrayLike<Node>,
): Map<Node, number> {
  const below = new Map<Node, number>();
  const add = (from: Node, count: number): void => {
    for (let at = from; at !== NO_NODE && at !== ROOT; at = topics.parent(at))
      below.set(at, (below.get(at) ?? 0) + count);
  };
  let [parent, run] = [NO_NODE, 0];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at] ?? NO_NODE;
    if (node === NO_NODE) continue;
    if (topics.subtreeTopics(node) > 1) below.set(node, (below.get(node) ?? 0) + 1);
    if (topics.parent(node) === parent) run++;
    else {
      add(parent, run);
      [parent, run] = [topics.parent(node), 1];
    }
  }
  add(parent, run);
  return below;
}
