import { isShared } from '../../core/topics/filters.ts';
import type { SubscriptionStatus } from '../../contract/model/model.ts';
import type { LiveRetain } from '../../core/topics/store/facts.ts';
import { topicKey } from '../../core/topics/names.ts';

/** How the broker may set the retain flag of live messages, by what these subscriptions asked for. */
export function liveRetain(subscriptions: readonly SubscriptionStatus[], isMqtt5: boolean): LiveRetain {
  const on = subscriptions.filter(({ result }) => result.kind !== 'off');
  const asked = on.map(({ retainAsPublished }) => retainAsPublished);
  const filters = on.map(({ filter }) => filter).filter((filter) => !isShared(filter));
  const exact = filters.filter((filter) => !/[+#]/.test(filter));
  const mixed = exact.length > 0 && exact.length < filters.length;
  const named = new Set(mixed ? exact : []);
  return {
    possible: isMqtt5 && asked.includes(true),
    everywhere: isMqtt5 && !asked.includes(false),
    vouches: (topic) => !named.has(topicKey(topic)),
  };
}
