import type { Incomplete } from '../../core/retained/probe-batch.ts';
import { ScanEnd } from '../../core/retained/scan-end.ts';
import { NO_NODE, type Node } from '../../core/topics/columns/nodes.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import { pause, type Clock } from '../base/clock.ts';
import { closedMeanwhile } from '../second-link/second-link.ts';
import type { OnlineProbe } from '../second-link/probe-link.ts';

/** SUBACK may wait behind everything that the filter brings, on a slow link. */
const ANSWER_MS = 60_000;
const FENCE_MS = 5_000;

/**
 * Has the broker send all that it holds for a filter, of which the intake is told. A broker may leave out some
 * of a large answer, so that this finds what nobody saw and is no evidence that something is gone.
 *
 * @param count of the stored messages that the link brought
 * @param fenceHolds PINGRESP comes after all that was owed before
 * @returns why it is not complete as far as can be told; null: it is
 */
export async function sendForAll(
  { link, requests }: OnlineProbe,
  filter: string,
  clock: Clock,
  count: () => number,
  fenceHolds: boolean,
): Promise<Incomplete | null> {
  const end = new ScanEnd(clock.now(), count());
  const asked = {
    filter,
    qos: 0 as const,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0 as const,
  };
  const answer = await requests.subscribe([asked], 0, undefined, ANSWER_MS);
  if (answer.kind === 'closed') return { kind: 'no-link', failure: closedMeanwhile() };
  const code = answer.kind === 'answered' ? (answer.codes[0] ?? 128) : 0;
  if (code >= 128) return { kind: 'refused', code };
  let isComplete = answer.kind === 'answered';
  for (let step = end.look(clock.now(), count()); link.online; step = end.look(clock.now(), count())) {
    if (step.kind === 'wait') await pause(clock, step.ms);
    else if (step.kind === 'fence') {
      const { kind } = await link.ping('fence', FENCE_MS);
      if (kind === 'answered' && fenceHolds) break;
      end.fenced(kind === 'answered', clock.now());
    } else {
      if (step.kind === 'ended') isComplete &&= step.complete;
      break;
    }
  }
  if (!link.online) return { kind: 'no-link', failure: closedMeanwhile() };
  await requests.unsubscribe([filter]);
  return isComplete ? null : { kind: 'unanswered' };
}

/** What an intake of unasked messages needs of the topics. */
export interface UnseenTopics extends Intake {
  find(path: Uint8Array): Node;
  isTopic(node: Node): boolean;
  readonly facts: { probing: boolean };
}

/** Takes stored messages of topics that nobody has seen in among the others, and counts them. */
export class UnseenIntake implements Intake {
  readonly #topics: UnseenTopics;
  readonly #found: (node: Node) => void;
  /** Only ever grows. */
  count = 0;

  /** @param found called for each topic that is new */
  constructor(topics: UnseenTopics, found: (node: Node) => void) {
    this.#topics = topics;
    this.#found = found;
  }

  message(...message: Parameters<Intake['message']>): void {
    const [bytes, start, end] = message;
    const topics = this.#topics;
    const path = bytes.subarray(start, end);
    const before = topics.find(path);
    // What is known of the others is newer, or is asked for by name.
    if (before !== NO_NODE && topics.isTopic(before)) return;
    topics.facts.probing = true;
    try {
      topics.message(...message);
    } finally {
      topics.facts.probing = false;
    }
    const node = topics.find(path);
    // There may be no room for it.
    if (node === NO_NODE || !topics.isTopic(node)) return;
    this.count++;
    this.#found(node);
  }
}
