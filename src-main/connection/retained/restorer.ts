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
import { offline, type CleanerOptions, type CleaningLink } from './cleaning.ts';

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
    const results = new Map<TopicKey, RestoreResult['outcome']>();
    const ready = new Map<TopicKey, PublishMessage>();
    const most = this.#o.link()?.limits.maximumQos ?? 2;
    for (const kept of messages) {
      const message = this.#ready(kept, most);
      // Of two for one topic the last one counts, also where it cannot be sent.
      if ('code' in message) results.set(kept.key, { kind: 'not-sent', failure: message });
      if ('code' in message) ready.delete(kept.key);
      else ready.set(kept.key, message);
    }
    const us = this.#o.online()?.clientId ?? '';
    const before = await this.#heldBefore([...ready.keys()]);
    for (const [key, message] of [...ready]) {
      const outcome = this.#unlessSent(message, before.get(key), overwrite, us);
      if (outcome === null) continue;
      results.set(key, outcome);
      ready.delete(key);
    }
    const sent = await this.#o.send([...ready.values()]);
    const isBack = (key: TopicKey, probed: Probed): boolean => {
      const message = ready.get(key);
      return (
        message !== undefined && (isTheSame(message, probed, us) || isTheSameButExpires(message, probed, us))
      );
    };
    const after = await this.#o.probe.askUntil(isBack, taken([...ready.keys()], sent), 2);
    for (const [i, [key, message]] of [...ready].entries()) {
      const mayExpire = !isTheSameButExpires(message, before.get(key), us);
      const outcome = judgeRestored(message, sent[i] ?? offline(), after.get(key), us, mayExpire);
      this.#addsExpiry ||= outcome.kind === 'restored' && outcome.added === 'expiry';
      results.set(key, outcome);
    }
    const had = new Map(messages.map(({ key, qos }) => [key, qos] as const));
    const said = ([key, one]: [TopicKey, RestoreResult['outcome']]): RestoreResult => {
      return { key, topic: displayTopic(key), outcome: sayLowered(one, had.get(key) ?? 0, most) };
    };
    return [...results].map(said);
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
  async #heldBefore(keys: readonly TopicKey[]): Promise<Map<TopicKey, Probed>> {
    const { probe } = this.#o;
    const justGone = keys.filter((key) => this.#isJustGone(key));
    const found = await probe.ask(keys, 2);
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

function taken(keys: readonly TopicKey[], outcomes: readonly PublishOutcome[]): TopicKey[] {
  return keys.filter((_, i) => {
    const outcome = outcomes[i];
    return outcome !== undefined && wasSent(outcome);
  });
}
