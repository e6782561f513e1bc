import { describe, expect, test } from 'vitest';
import { ServiceLimits } from '../../../../../src-main/contract/model/connect-fields.ts';
import { SubscriptionRequest } from '../../../../../src-main/contract/model/model.ts';
import { subscriptionNotes } from '../../../../../src-main/core/session/failures/subscription-rules.ts';

const MQTT5 = { isMqtt5: true, identifiers: true };
const OLDER = { isMqtt5: false, identifiers: false };

function notes(filter: string, link: typeof MQTT5 | null, others: readonly string[] = ['$SYS/#']): string {
  const request = SubscriptionRequest.parse({ filter, qos: 0 });
  return subscriptionNotes(request, link, ServiceLimits.parse({}), null, others).join(' ');
}

describe('$share', () => {
  test('is reported as a plain topic name to older brokers, with what to do', () => {
    expect(notes('$share/g/plant/#', OLDER)).toMatch(
      /name of a topic.*connect with MQTT 5, or subscribe without/,
    );
    expect(notes('plant/#', OLDER)).toBe('');
  });

  test('is reported to bring no retained messages, whether the version is known or not', () => {
    for (const link of [MQTT5, null]) {
      expect(notes('$share/g/plant/#', link)).toContain('brings no retained messages');
      expect(notes('$share/g/plant/#', link)).not.toContain('name of a topic');
    }
  });
});

describe('A wildcard at the first level', () => {
  test('is reported to leave out topics that begin with $, if no other filter brings them', () => {
    for (const filter of ['#', '+', '+/#'])
      expect(notes(filter, MQTT5, [filter, 'plant/#'])).toContain('leaves out topics that begin with $');
  });

  test('needs no such note beside a subscription that does, and deeper ones need none', () => {
    expect(notes('#', MQTT5, ['#', '$SYS/#'])).toBe('');
    expect(notes('plant/#', MQTT5, [])).toBe('');
    expect(notes('$SYS/#', MQTT5, ['$SYS/#'])).toBe('');
  });
});
