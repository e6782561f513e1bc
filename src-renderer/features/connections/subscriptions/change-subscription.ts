import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionId, SubscriptionRequest } from '../../../../src-main/contract/model/model.ts';
import type { ConnectionsStore } from '../../../state/connections/connections.ts';

/**
 * Asks for a subscription as it is now wanted. One whose filter is another takes the place of the old one only
 * once it is there; null: it was done.
 */
export async function changeSubscription(
  connections: Pick<ConnectionsStore, 'subscribe' | 'unsubscribe'>,
  id: ConnectionId,
  before: SubscriptionRequest,
  wanted: SubscriptionRequest,
): Promise<Failure | null> {
  const failure = await connections.subscribe(id, wanted);
  if (failure !== null || wanted.filter === before.filter) return failure;
  return connections.unsubscribe(id, before.filter);
}
