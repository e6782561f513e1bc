import { NO_NODE, ROOT, type Node, type TopicSource } from '../columns/nodes.ts';
import { DOLLAR } from '../tree/name-order.ts';

/** Children looked at between two pauses: about 0.1 ms of reading columns in no order. */
const SLICE = 1_024;
/** A level whose topics come and go while it is read is restarted so often. */
const MAX_RESTARTS = 3;

/**
 * Follows the busiest branch down to a topic: at each level the branch with the highest rate, and of equally
 * busy ones the one seen last. The broker's own topics count only where there are no others.
 *
 * @param from where the search begins; NO_NODE is returned where nothing is below it
 */
export function* findBusiest(source: TopicSource, from: Node): Generator<void, Node> {
  let at = from;
  for (;;) {
    const next = yield* busiestChild(source, at);
    if (next === NO_NODE) return at === from ? NO_NODE : at;
    at = next;
  }
}

function* busiestChild(source: TopicSource, parent: Node): Generator<void, Node> {
  let best: Node = NO_NODE;
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts++) {
    best = NO_NODE;
    let seen = 0;
    let node = source.exists(parent) ? source.firstChild(parent) : NO_NODE;
    while (node !== NO_NODE) {
      if (best === NO_NODE || isBusier(source, node, best)) best = node;
      node = source.nextSibling(node);
      if (++seen % SLICE !== 0 || node === NO_NODE) continue;
      const births = [source.birth(node), source.birth(best)];
      yield;
      const stays = [node, best].every((one, at) => source.exists(one) && source.birth(one) === births[at]);
      if (!stays) break;
    }
    if (node === NO_NODE) return best;
  }
  return source.exists(best) ? best : NO_NODE;
}

function isBusier(source: TopicSource, node: Node, than: Node): boolean {
  const isOfBroker = tellsOfBroker(source, node);
  if (isOfBroker !== tellsOfBroker(source, than)) return !isOfBroker;
  const more = source.rate(node) - source.rate(than);
  return more !== 0 ? more > 0 : source.lastSeen(node) > source.lastSeen(than);
}

function tellsOfBroker(source: TopicSource, node: Node): boolean {
  return source.parent(node) === ROOT && source.pathBytes(node)[0] === DOLLAR;
}
