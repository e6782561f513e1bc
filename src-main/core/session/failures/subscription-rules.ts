import type { z } from 'zod';
import type { ServiceLimits } from '../../../contract/model/connect-fields.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import type { Qos, ServerLimits, SubscriptionRequest } from '../../../contract/model/model.ts';
import { sharedFilter, isShared } from '../../topics/filters.ts';
import { checkTopicFilter, quoted } from '../../topics/names.ts';
import { subscribeRefusal } from './subscribe-refusals.ts';
import { checkServiceTopic } from './service-limits.ts';

type Request = z.output<typeof SubscriptionRequest>;

export interface Refusal {
  /** As in SUBACK. */
  readonly code: number;
  readonly failure: Failure;
}

/** What is wrong with a subscription, checked before it is sent; null: nothing. */
export function checkSubscription(request: Request, service: ServiceLimits): Failure | null {
  const { filter } = request;
  const invalid = checkTopicFilter(filter);
  if (invalid) return invalid;
  if (isShared(filter) && request.noLocal) {
    return failed(
      'shared-no-local',
      `The shared subscription ${quoted(filter)} cannot have No local: MQTT 5 forbids the two together, and a broker closes the connection over it.`,
      'Switch No local off, or subscribe without $share.',
    );
  }
  return checkServiceTopic(sharedFilter(filter), service, 'filter');
}

/** What the broker has said it cannot do is not asked for: some answer it by closing. */
export function cannotSubscribe(filter: string, limits: ServerLimits): Refusal | null {
  if (limits.sharedSubscriptionAvailable === false && isShared(filter)) {
    return { code: 158, failure: subscribeRefusal(filter, 158) };
  }
  if (limits.wildcardSubscriptionAvailable === false && /[+#]/.test(filter)) {
    const failure = subscribeRefusal(filter, 162);
    return { code: 162, failure: { ...failure, advice: 'Subscribe to each topic by its full name.' } };
  }
  return null;
}

/** The QoS to ask for: a service that allows less closes the connection over more. */
export function allowedQos(qos: Qos, { maximumQos }: ServiceLimits): Qos {
  return maximumQos !== null && maximumQos < qos ? maximumQos : qos;
}

/** What is known of the link while the notes are made; null while there is none. */
export interface NotesLink {
  readonly isMqtt5: boolean;
  readonly identifiers: boolean;
}

/** What a subscription does not do although it was asked to, and what is easily expected in vain. */
export function subscriptionNotes(
  request: Request,
  link: NotesLink | null,
  service: ServiceLimits,
  sharesIdentifierWith: string | null,
  others: readonly string[],
): string[] {
  const notes: string[] = [];
  const bringsSystem = others.some((filter) => sharedFilter(filter).startsWith('$'));
  if (leavesOutSystem(sharedFilter(request.filter)) && !bringsSystem) {
    notes.push(
      `${quoted(request.filter)} leaves out topics that begin with $, such as $SYS: subscribe to them by name.`,
    );
  }
  if (isShared(request.filter) && link && !link.isMqtt5) {
    notes.push(
      'Shared subscriptions are of MQTT 5. With an older version most brokers take $share for the name of a topic, and nothing arrives: connect with MQTT 5, or subscribe without $share.',
    );
  } else if (isShared(request.filter)) {
    notes.push(
      'A shared subscription brings no retained messages, and each message goes to one of its members only.',
    );
  }
  const qos = allowedQos(request.qos, service);
  if (qos < request.qos) notes.push(`This service allows QoS ${qos} at most, so that is asked for.`);
  if (link && !link.isMqtt5) {
    const unknown = optionsOf5(request);
    if (unknown.length > 0) {
      notes.push(`Of MQTT 5, so not asked for on this connection: ${unknown.join(', ')}.`);
    }
  } else if (link && !link.identifiers && request.identifier !== null) {
    notes.push('The broker does not support subscription identifiers, so none is sent.');
  }
  if (sharesIdentifierWith !== null) {
    notes.push(
      `${quoted(sharesIdentifierWith)} has the same identifier: their messages are counted together.`,
    );
  }
  return notes;
}

const leavesOutSystem = (filter: string): boolean => /^[#+](?:\/|$)/.test(filter);

function optionsOf5({ noLocal, retainHandling, identifier }: Request): string[] {
  const set: readonly (readonly [boolean, string])[] = [
    [noLocal, 'no local'],
    [retainHandling !== 0, 'retain handling'],
    [identifier !== null, 'identifier'],
  ];
  return set.filter(([isSet]) => isSet).map(([, name]) => name);
}
