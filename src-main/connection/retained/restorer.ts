import type { Failure } from '../../contract/base/errors.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { PublishOutcome, RestoreResult } from '../../contract/session/outcomes.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import {
  isTheSame,
  isTheSameButExpires,
  judgeRestored,
  restoringMessage,
  sayLowered,
  wasSent,
  wouldOverwrite,
} from '../../core/retained/clearing.ts';
import { SETTLE_MS } from '../../core/retained/evidence.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { isCrowded } from '../../core/retained/probed.ts';
import { expired, neverRestored } from '../../core/retained/under-prefix.ts';
import { displayTopic } from '../../core/topics/names.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import { chunks } from '../probe/questions.ts';
import type { ProbeWatch } from '../probe/probe.ts';
import { offline, type CleanerOptions, type CleaningLink } from './cleaning.ts';

/** Messages that are sent together: below the queue of a default broker (1,000). */
const TOGETHER = 200;

const CHANGING: Probed = { kind: 'incomplete', why: { kind: 'changing' } };

type Results = Map<TopicKey, RestoreResult['outcome']>;
type Ready = readonly [TopicKey, PublishMessage];

export interface RestorerOptions extends Pick<
  CleanerOptions,
  'topics' | 'nodes' | 'clock' | 'online' | 'probe'
> {
  readonly link: () => CleaningLink | null;
  /** Publishes all, one list after the other. */
  readonly send: (messages: readonly PublishMessage[]) => Promise<PublishOutcome[]>;
}

/** Puts kept messages back, and checks what came of it. */
export class Restorer {
  readonly #o: RestorerOptions;
  /** This broker was seen to give an expiry to what was put back without one. */
  #addsExpiry = false;

  constructor(options: RestorerOptions) {
    this.#o = options;
  }

  /**
   * Publishes kept messages again, byte for byte, and asks for them; what is newer is left alone unless
   * `overwrite`. Of two for one topic the last counts. One result a topic.
   */
  async putBack(messages: readonly KeptMessage[], overwrite: boolean): Promise<RestoreResult[]> {
    const results: Results = new Map();
    const ready = new Map<TopicKey, PublishMessage>();
    const most = this.#o.link()?.limits.maximumQos ?? 2;
    for (const kept of messages) {
      const message = this.#ready(kept, most);
      // Of two for one topic the last one counts, also where it cannot be sent.
      if ('code' in message) results.set(kept.key, { kind: 'not-sent', failure: message });
      if ('code' in message) ready.delete(kept.key);
      else ready.set(kept.key, message);
    }
    // Where a question takes its time, one for all of them saves most of it.
    const together = this.#o.probe.waitsForQuiet ? ready.size : TOGETHER;
    for (const some of chunks([...ready], Math.max(1, together)))
      for (let left: readonly Ready[] = some; left.length > 0;)
        left = await this.#putBackSome(left, overwrite, results);
    const had = new Map(messages.map(({ key, qos }) => [key, qos] as const));
    const said = ([key, one]: [TopicKey, RestoreResult['outcome']]): RestoreResult => {
      return { key, topic: displayTopic(key), outcome: sayLowered(one, had.get(key) ?? 0, most) };
    };
    return [...results].map(said);
  }

  /** Returns what is to be asked for once more before it is sent. */
  async #putBackSome(some: readonly Ready[], overwrite: boolean, results: Results): Promise<Ready[]> {
    const { probe } = this.#o;
    const us = this.#o.online()?.clientId ?? '';
    let before: ReadonlyMap<TopicKey, Probed> = new Map();
    const sent = new Map<TopicKey, PublishOutcome>();
    const left = await probe.watching(async (watch) => {
      before = await this.#heldBefore(
        watch,
        some.map(([key]) => key),
      );
      const go = some.filter(([key, message]) => {
        const outcome = this.#unlessSent(message, before.get(key), overwrite, us);
        if (outcome !== null) results.set(key, outcome);
        return outcome === null;
      });
      return this.#sendWatched(go, overwrite ? null : watch, sent, results);
    });
    const ready = new Map(some);
    const isBack = (key: TopicKey, probed: Probed): boolean => {
      const message = ready.get(key);
      return (
        message !== undefined && (isTheSame(message, probed, us) || isTheSameButExpires(message, probed, us))
      );
    };
    const after = await probe.askUntil(isBack, taken(sent), 2);
    for (const [key, message] of some) {
      const answer = sent.get(key);
      if (answer === undefined) continue;
      const mayExpire = !isTheSameButExpires(message, before.get(key), us);
      const outcome = judgeRestored(message, answer, after.get(key), us, mayExpire);
      this.#addsExpiry ||= outcome.kind === 'restored' && outcome.added === 'expiry';
      results.set(key, outcome);
    }
    return left;
  }

  /**
   * What somebody published since nothing was found there is newer, and left alone: until its turn comes that is
   * watched for.
   *
   * @param watch null: whatever is there is overwritten
   * @returns those whose turn did not come while it could be seen
   */
  async #sendWatched(
    messages: readonly Ready[],
    watch: ProbeWatch | null,
    sent: Map<TopicKey, PublishOutcome>,
    results: Results,
  ): Promise<Ready[]> {
    for (let at = 0; at < messages.length; at += TOGETHER) {
      if (at > 0 && watch?.isSeeing === false) return messages.slice(at);
      const go: Ready[] = [];
      for (const one of messages.slice(at, at + TOGETHER)) {
        const [key, message] = one;
        const failure = watch?.isTouched(key) === true ? wouldOverwrite(message, CHANGING, '') : null;
        if (failure === null) go.push(one);
        else results.set(key, { kind: 'would-overwrite', failure });
      }
      const outcomes = await this.#o.send(go.map(([, message]) => message));
      for (const [i, [key]] of go.entries()) sent.set(key, outcomes[i] ?? offline());
    }
    return [];
  }

  /** What becomes of a message that need not be sent, or may not be; null: it is to be sent. */
  #unlessSent(
    message: PublishMessage,
    there: Probed | undefined,
    overwrite: boolean,
    us: string,
  ): RestoreResult['outcome'] | null {
    if (isTheSame(message, there, us)) return { kind: 'restored' };
    if (this.#addsExpiry && isTheSameButExpires(message, there, us))
      return { kind: 'restored', added: 'expiry' };
    const failure = overwrite ? null : wouldOverwrite(message, there, us);
    return failure && { kind: 'would-overwrite', failure };
  }

  /**
   * What the broker holds where something is to be put back. An eventually consistent one delivers for a while
   * what was just cleared: that is no newer message, and it is not back either.
   */
  async #heldBefore(probe: ProbeWatch, keys: readonly TopicKey[]): Promise<Map<TopicKey, Probed>> {
    const justGone = keys.filter((key) => this.#isJustGone(key));
    const found = await probe.ask(keys, 2, true);
    const crowded = keys.filter((key) => isCrowded(found.get(key)));
    if (crowded.length > 0) for (const [key, probed] of await probe.ask(crowded, 2)) found.set(key, probed);
    const again = justGone.filter((key) => found.get(key)?.kind === 'retained');
    if (again.length === 0) return found;
    const later = await probe.askUntil((_, { kind }) => kind === 'absent', again, 2);
    for (const [key, probed] of later) found.set(key, probed);
    return found;
  }

  #isJustGone(key: TopicKey): boolean {
    const { topics, nodes, clock } = this.#o;
    const node = nodes.find(key);
    if (node === NO_NODE) return false;
    const { state, at } = topics.retained(node);
    return (state === 'cleared' || state === 'not-retained') && clock.wall() - at < SETTLE_MS;
  }

  #ready(kept: KeptMessage, most: Qos): PublishMessage | Failure {
    const link = this.#o.link();
    if (link === null) return offline();
    const now = this.#o.clock.wall();
    const message = restoringMessage(kept, now - kept.at, link.link.level === 5, most);
    return neverRestored(kept, now) ?? message ?? expired();
  }
}

function taken(sent: ReadonlyMap<TopicKey, PublishOutcome>): TopicKey[] {
  return [...sent].flatMap(([key, outcome]) => (wasSent(outcome) ? [key] : []));
}
