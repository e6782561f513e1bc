import type { ConnectionOptions, ServerLimits } from '../../contract/model/model.ts';
import { effectiveKeepAlive } from '../../core/session/machine/keepalive.ts';
import { clampKeepAlive, withService, type LinkLimits } from '../../core/session/failures/service-limits.ts';
import type { Online } from '../../core/session/machine/machine.ts';
import type { Dialled } from '../dial/dial.ts';
import type { Connack, Link } from '../link/link.ts';

/** What CONNACK announced, without what is shown elsewhere. */
export function serverLimits(connack: Connack): ServerLimits {
  const {
    receiveMaximum,
    maximumPacketSize,
    maximumQos,
    retainAvailable,
    wildcardSubscriptionAvailable,
    subscriptionIdentifiersAvailable,
    sharedSubscriptionAvailable,
    topicAliasMaximum,
    sessionExpiryInterval,
  } = connack.properties;
  const all = {
    receiveMaximum,
    maximumPacketSize,
    maximumQos,
    retainAvailable,
    wildcardSubscriptionAvailable,
    subscriptionIdentifiersAvailable,
    sharedSubscriptionAvailable,
    topicAliasMaximum,
    sessionExpiryInterval,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Those, and what the service is known to allow without announcing it. */
export function linkLimits(connack: Connack, { serviceLimits }: ConnectionOptions): LinkLimits {
  return withService(serverLimits(connack), serviceLimits);
}

/** The state while a session runs. */
export function onlineState(
  options: ConnectionOptions,
  link: Link,
  dialled: Dialled,
  connack: Connack,
  clientId: string,
  since: number,
): Online {
  const asked = clampKeepAlive(options.keepAlive, options.serviceLimits);
  const keepAlive = effectiveKeepAlive(asked, connack.properties.serverKeepAlive);
  return {
    kind: 'online',
    since,
    version: link.version,
    address: dialled.address,
    clientId,
    sessionPresent: connack.sessionPresent,
    keepAlive: keepAlive.seconds,
    keepAliveBy: keepAlive.by,
    limits: serverLimits(connack),
    tls: dialled.tls,
  };
}
