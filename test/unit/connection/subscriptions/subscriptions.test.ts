import { describe, expect, test } from 'vitest';
import { CountingIntake } from '../../../../src-main/connection/intake/counting-intake.ts';
import type { LinkEnd } from '../../../../src-main/connection/link/link.ts';
import type { Answer, WireRequests } from '../../../../src-main/connection/link/wire-requests.ts';
import {
  Subscriptions,
  type SubscriptionLink,
} from '../../../../src-main/connection/subscriptions/subscriptions.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ServiceLimits } from '../../../../src-main/contract/model/connect-fields.ts';
import { SubscriptionRequest } from '../../../../src-main/contract/model/model.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const request = (filter: string, more: Partial<SubscriptionRequest> = {}) =>
  SubscriptionRequest.parse({ filter, qos: 0, ...more });

const granted = (code = 0): Answer => ({ kind: 'answered', codes: [code], reason: null });

/** What was asked of the broker; the test answers. */
interface Asked {
  readonly kind: 'subscribe' | 'unsubscribe';
  readonly filter: string;
  readonly identifier: number;
  readonly written: () => void;
  readonly answer: (answer: Answer) => void;
}

const silence = (by: LinkEnd['by'] = 'remote', code: number | null = null): LinkEnd => ({
  ending: { failure: failed('closed', 'The broker closed the connection.', ''), retry: 'slowly' },
  by,
  code,
  versionUnknown: false,
});

function open(filters: readonly ReturnType<typeof request>[], service: Partial<ServiceLimits> = {}) {
  const clock = new ManualClock();
  const asked: Asked[] = [];
  const scans: string[] = [];
  const utf8 = new TextEncoder();
  const intake = new CountingIntake({ message: () => undefined }, () => undefined);
  const subscriptions = new Subscriptions({
    requests: filters,
    service: ServiceLimits.parse(service),
    intake,
    clock,
    changed: () => undefined,
    scanBegins: ({ filter }) => scans.push(filter),
  });
  const requests = {
    subscribe: ([one]: { filter: string }[], identifier: number, written = () => undefined) =>
      new Promise<Answer>((answer) => {
        asked.push({ kind: 'subscribe', filter: one?.filter ?? '', identifier, written, answer });
      }),
    unsubscribe: ([filter = '']: string[]) =>
      new Promise<Answer>((answer) => {
        asked.push({ kind: 'unsubscribe', filter, identifier: 0, written: () => undefined, answer });
      }),
  } as unknown as WireRequests;
  const online = (isMqtt5 = true, limits: SubscriptionLink['limits'] = {}): void => {
    const link: SubscriptionLink = { requests, limits, isMqtt5 };
    subscriptions.accepted(link);
    void subscriptions.started(link);
  };
  /** One message as the broker delivers it. */
  const arrives = (topic: string, identifier = 0): void => {
    const bytes = utf8.encode(topic);
    const end = bytes.length;
    intake.message(bytes, 0, end, end, end, end, end, 0, 0, identifier, -1, 1, 0);
  };
  const results = (): string[] => subscriptions.status().map(({ result }) => result.kind);
  const counts = () =>
    Object.fromEntries(subscriptions.status().map(({ filter, messages }) => [filter, messages]));
  return { clock, asked, scans, subscriptions, online, arrives, results, counts };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The last thing asked, answered. */
async function answer({ asked }: { readonly asked: Asked[] }, one: Answer, at = -1): Promise<void> {
  asked.at(at)?.answer(one);
  await settle();
}

describe('on a new session', () => {
  test('filters are asked for one after the other, $SYS first and what is off not at all', async () => {
    const opened = open([
      request('plant/#'),
      request('off/#', { enabled: false }),
      request('$SYS/#'),
      request('hall/#'),
    ]);
    opened.online();
    const order: string[] = [];
    for (let i = 0; i < 3; i++) {
      await settle();
      expect(opened.asked).toHaveLength(i + 1);
      order.push(opened.asked[i]?.filter ?? '');
      await answer(opened, granted());
    }
    expect(order).toEqual(['$SYS/#', 'plant/#', 'hall/#']);
    expect(opened.results()).toEqual(['granted', 'off', 'granted', 'granted']);
    expect(opened.clock.pending).toBe(0);
  });

  test('a broker that does not answer holds up the next one for 5 s, and may still answer', async () => {
    const opened = open([request('a'), request('b')]);
    opened.online();
    await settle();
    opened.clock.advance(4_999);
    await settle();
    expect(opened.asked.map(({ filter }) => filter)).toEqual(['a']);
    opened.clock.advance(1);
    await settle();
    expect(opened.asked.map(({ filter }) => filter)).toEqual(['a', 'b']);
    expect(opened.results()).toEqual(['pending', 'pending']);
    await answer(opened, granted(2), 0);
    expect(opened.results()).toEqual(['granted', 'pending']);
  });

  test('the scan of what is retained begins when SUBSCRIBE was written', async () => {
    const { online, asked, scans } = open([request('a')]);
    online();
    await settle();
    expect(scans).toEqual([]);
    asked[0]?.written();
    expect(scans).toEqual(['a']);
  });

  test('a refusal is kept with its code, and what the service does not allow is not sent', async () => {
    const opened = open([request('a'), request('b/c/d/e')], { topicLevels: 3, maximumQos: 1 });
    opened.online();
    await settle();
    await answer(opened, { kind: 'answered', codes: [135], reason: 'not for you' });
    expect(opened.asked).toHaveLength(1);
    const [a, b] = opened.subscriptions.status();
    expect(a?.result).toMatchObject({ kind: 'refused', code: 135 });
    expect(a?.result.kind === 'refused' && a.result.failure.message).toContain('not for you');
    expect(b?.result).toMatchObject({ kind: 'refused', code: 143 });
    expect(opened.subscriptions.isGranted('a')).toBe(false);
  });
});

describe('the end of the link', () => {
  async function closedOver(end: LinkEnd, times: number, waitedMs = 100) {
    const opened = open([request('a'), request('b')]);
    let blame: readonly { code: string }[] = [];
    for (let i = 0; i < times; i++) {
      opened.online();
      await settle();
      opened.clock.advance(waitedMs);
      blame = opened.subscriptions.ended(end);
    }
    return { ...opened, blame };
  }

  test('once without a word is no coincidence yet; twice is blamed, and it is left out', async () => {
    expect((await closedOver(silence(), 1)).blame).toEqual([]);
    const opened = await closedOver(silence(), 2);
    expect(opened.blame).toMatchObject([{ code: 'subscribe-closed' }]);
    opened.online();
    await settle();
    expect(opened.asked.at(-1)?.filter).toBe('b');
    // The user connects: it is tried once more.
    opened.subscriptions.ended(silence('local'));
    opened.subscriptions.forgive();
    opened.online();
    await settle();
    expect(opened.asked.at(-1)?.filter).toBe('a');
  });

  test('with a code that answers it is blamed at once, with any other not', async () => {
    expect((await closedOver(silence('remote', 135), 1)).blame).toMatchObject([{ code: 'suback-135' }]);
    expect((await closedOver(silence('remote', 142), 3)).blame).toEqual([]);
  });

  test('by us, by silence, or long after is blamed on nobody', async () => {
    expect((await closedOver(silence('local'), 3)).blame).toEqual([]);
    expect((await closedOver(silence('silence'), 3)).blame).toEqual([]);
    expect((await closedOver(silence(), 3, 5_001)).blame).toEqual([]);
  });

  test('makes what was granted wait for the next session', async () => {
    const opened = open([request('a')]);
    opened.online();
    await settle();
    await answer(opened, granted());
    expect(opened.subscriptions.covers('a')).toBe(true);
    opened.subscriptions.ended(silence());
    expect(opened.results()).toEqual(['pending']);
    expect(opened.subscriptions.covers('a')).toBe(false);
  });
});

describe('the user', () => {
  test('subscribes while connected, and hears after 10 s that there is no answer yet', async () => {
    const opened = open([]);
    opened.online();
    const first = opened.subscriptions.subscribe(request('a'));
    await settle();
    await answer(opened, granted(1));
    expect(await first).toEqual({ kind: 'done' });
    const second = opened.subscriptions.subscribe(request('b'));
    await settle();
    opened.clock.advance(10_000);
    expect(await second).toMatchObject({ code: 'suback-timeout' });
    await answer(opened, granted());
    expect(opened.results()).toEqual(['granted', 'granted']);
  });

  test('subscribes while away, which is done at the next session', async () => {
    const opened = open([]);
    expect(await opened.subscriptions.subscribe(request('a'))).toEqual({ kind: 'done' });
    expect(opened.asked).toEqual([]);
    opened.online();
    await settle();
    expect(opened.asked.map(({ filter }) => filter)).toEqual(['a']);
  });

  test('switches off: it stays with its count, and a late answer does not bring it back', async () => {
    const opened = open([request('a')]);
    opened.online();
    await settle();
    const off = opened.subscriptions.setEnabled('a', false);
    await answer(opened, granted(), 0);
    await answer(opened, granted(17));
    expect(await off).toEqual({ kind: 'done' });
    expect(opened.asked.map(({ kind }) => kind)).toEqual(['subscribe', 'unsubscribe']);
    expect(opened.results()).toEqual(['off']);
    expect(await opened.subscriptions.setEnabled('x', true)).toMatchObject({ code: 'not-subscribed' });
  });

  test('unsubscribes: a refusal is reported, and what the broker does not know is not sent', async () => {
    const opened = open([request('a'), request('b')]);
    opened.online();
    await settle();
    await answer(opened, granted());
    await answer(opened, granted(128));
    const first = opened.subscriptions.unsubscribe('a');
    await answer(opened, granted(135));
    expect(await first).toMatchObject({ code: 'unsuback-135' });
    expect(await opened.subscriptions.unsubscribe('b')).toEqual({ kind: 'done' });
    expect(opened.asked.at(-1)?.filter).toBe('a');
    expect(opened.subscriptions.status()).toEqual([]);
  });

  test('has at most a thousand', async () => {
    const opened = open(Array.from({ length: 1_000 }, (_, i) => request(`t/${i}`)));
    expect(await opened.subscriptions.subscribe(request('one more'))).toMatchObject({ code: 'too-many' });
    expect(await opened.subscriptions.subscribe(request('t/1', { qos: 1 }))).toEqual({ kind: 'done' });
  });

  test('may take an identifier of ours, which then gets another, sent to the broker', async () => {
    const opened = open([request('a'), request('b')]);
    opened.online();
    for (let i = 0; i < 2; i++) {
      await settle();
      await answer(opened, granted());
    }
    opened.arrives('a', 1);
    void opened.subscriptions.subscribe(request('mine', { identifier: 1 }));
    await settle();
    expect(opened.asked.slice(2).map(({ filter, identifier }) => [filter, identifier])).toEqual([
      ['a', expect.not.toBeOneOf([0, 1, 2])],
      ['mine', 1],
    ]);
    opened.arrives('mine', 1);
    expect(opened.counts()).toMatchObject({ a: 1, mine: 1 });
  });
});

describe('messages are counted', () => {
  test('by identifier where the broker writes them', () => {
    const opened = open([request('plant/#'), request('#')]);
    opened.online();
    opened.arrives('plant/a', 1);
    opened.arrives('plant/a', 2);
    opened.arrives('hall', 2);
    expect(opened.counts()).toEqual({ 'plant/#': 1, '#': 2 });
    expect(opened.subscriptions.status().map(({ countedBy }) => countedBy)).toEqual([
      'delivered',
      'delivered',
    ]);
  });

  test.each([
    ['before MQTT 5', false, {}],
    ['where it has none', true, { subscriptionIdentifiersAvailable: false }],
  ] as const)('by name %s, over an outage', (_when, isMqtt5, limits) => {
    const opened = open([request('plant/#'), request('#')]);
    opened.arrives('before any session');
    opened.online(isMqtt5, limits);
    opened.arrives('plant/a');
    opened.arrives('$SYS/uptime');
    opened.subscriptions.ended(silence());
    opened.arrives('of nobody');
    opened.online(isMqtt5, limits);
    opened.arrives('plant/b');
    opened.arrives('hall');
    expect(opened.counts()).toEqual({ 'plant/#': 2, '#': 3 });
    expect(opened.subscriptions.status().map(({ countedBy }) => countedBy)).toEqual(['matches', 'matches']);
  });
});
