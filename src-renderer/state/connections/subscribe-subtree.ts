import type { ConnectionId, Qos, TopicKey } from '../../../src-main/contract/model/model.ts';
import { coversFilter, matchesFilter } from '../../../src-main/core/topics/filters.ts';
import { displayTopic, topicText } from '../../../src-main/core/topics/names.ts';
import type { ConnectionsStore } from './connections.ts';

/** Subscribing to a topic with all that is below it. */
export interface SubtreeSubscribing {
  /** Why there is nothing to subscribe to; null: it can be done. */
  off(key: TopicKey): string | null;
  /** Answers in words what was done; rejects with what the broker said against it. */
  subscribe(key: TopicKey): Promise<string>;
}

/** Of the connection that is asked for it, whatever it is subscribed to by then. */
export function subtreeSubscribing(
  connections: Pick<ConnectionsStore, 'store' | 'subscribe'>,
  id: ConnectionId,
): SubtreeSubscribing {
  const connection = () => connections.store.getState().connections.find((one) => one.id === id);
  const granted = () =>
    (connection()?.subscriptions ?? []).filter(({ enabled, result }) => enabled && result.kind === 'granted');
  return {
    off(key) {
      const topic = topicText(key);
      if (topic === null) return 'its name is no text';
      if (connection()?.state.kind !== 'online') return 'not connected';
      const covering = granted().find(({ filter }) => coversFilter(filter, `${topic}/#`));
      return covering === undefined ? null : `${displayTopic(covering.filter)} includes it`;
    },
    async subscribe(key) {
      const topic = topicText(key);
      if (topic === null) throw new Error('Not subscribed: its name is no text.');
      const filter = `${topic}/#`;
      const failure = await connections.subscribe(id, { filter, qos: qosOf(granted(), topic) });
      if (failure !== null) throw new Error(`Not subscribed: ${failure.message}`);
      return `Subscribed to ${displayTopic(filter)}`;
    },
  };
}

/** As what brings the topic itself: at a lower one its messages would come with less than before. */
function qosOf(subscriptions: readonly { readonly filter: string; readonly qos: Qos }[], topic: string): Qos {
  return subscriptions.reduce<Qos>(
    (most, { filter, qos }) => (qos > most && matchesFilter(filter, topic) ? qos : most),
    0,
  );
}
