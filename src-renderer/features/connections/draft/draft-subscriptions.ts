import { checkTopicFilter } from '../../../../src-main/core/topics/names.ts';
import type { SubscriptionRequest, SubscriptionStatus } from '../../../../src-main/contract/model/model.ts';
import { numberIn, numberText, optionalNumberRule, type Rule } from './draft-rules.ts';

/** A subscription as typed. */
export interface SubscriptionDraft extends Omit<SubscriptionRequest, 'identifier'> {
  readonly identifier: string;
}

/** Largest Subscription Identifier, a variable byte integer (MQTT 5, 3.8.2.1.2). */
export const MAX_IDENTIFIER = 268_435_455;
const SHARED = /^\$share\/([^/]*)\/(.*)$/s;

export function subscriptionDraftOf(one: SubscriptionRequest): SubscriptionDraft {
  return { ...one, identifier: numberText(one.identifier) };
}

export function subscriptionOf(draft: SubscriptionDraft): SubscriptionRequest {
  return { ...draft, identifier: numberIn(draft.identifier) };
}

/** What was asked for, of a subscription as it is now. */
export function requestOf(status: SubscriptionStatus): SubscriptionRequest {
  const { filter, qos, noLocal, retainAsPublished, retainHandling, enabled, identifier } = status;
  return { filter, qos, noLocal, retainAsPublished, retainHandling, enabled, identifier };
}

export function sameSubscriptions(
  a: readonly SubscriptionRequest[],
  b: readonly SubscriptionRequest[],
): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const other = b[index];
      return other !== undefined && SUBSCRIPTION_FIELDS.every((field) => one[field] === other[field]);
    })
  );
}

const SUBSCRIPTION_FIELDS = [
  'filter',
  'qos',
  'noLocal',
  'retainAsPublished',
  'retainHandling',
  'enabled',
  'identifier',
] as const;

export function newSubscription(filter = ''): SubscriptionDraft {
  return {
    filter,
    qos: 0,
    noLocal: false,
    retainAsPublished: true,
    retainHandling: 0,
    enabled: true,
    identifier: '',
  };
}

/** The group of `$share/group/filter`; null for a plain filter. */
export function shareGroup(filter: string): string | null {
  return SHARED.exec(filter)?.[1] ?? null;
}

/** The same subscription shared with a group; null: not shared. */
export function withShareGroup(draft: SubscriptionDraft, group: string | null): SubscriptionDraft {
  const plain = SHARED.exec(draft.filter)?.[2] ?? draft.filter;
  if (group === null) return { ...draft, filter: plain };
  // No Local with a shared subscription is a protocol error [MQTT-3.8.3-4].
  // A slash would end the name, and what is behind it would go to the filter.
  return { ...draft, filter: `$share/${group.replaceAll('/', '')}/${plain}`, noLocal: false };
}

/** Broken rules of one subscription by field; `five`: the options of MQTT 5 are sent. */
export function subscriptionErrors(draft: SubscriptionDraft, five: boolean): Readonly<Record<string, Rule>> {
  const problem = checkTopicFilter(draft.filter);
  return {
    filter: problem === null ? null : `${problem.message} ${problem.advice}`,
    identifier: five ? optionalNumberRule(draft.identifier, 1, MAX_IDENTIFIER) : null,
    noLocal:
      five && draft.noLocal && shareGroup(draft.filter) !== null
        ? 'MQTT 5 forbids No Local with a shared subscription.'
        : null,
  };
}
