import { expect, test } from 'vitest';
import {
  ListedClearing,
  type ListedClearingOptions,
} from '../../../../src-main/connection/listed/listed-clearing.ts';
import { ListedTopics } from '../../../../src-main/connection/listed/listed-topics.ts';
import { RetainedProbe, type ProbeOptions } from '../../../../src-main/connection/probe/probe.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { PlacedOutcome } from '../../../../src-main/connection/retained/cleaner.ts';
import type { FetchedRetained } from '../../../../src-main/contract/session/trash.ts';
import type { EmptyOutcome } from '../../../../src-main/connection/second-link/empties.ts';
import { unpackMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { packNames } from '../../../../src-main/core/retained/topic-names.ts';
import { NO_NODE } from '../../../../src-main/core/topics/columns/nodes.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { FakeSecondLink, inTime, type SecondLinkHabits } from '../../../support/retained/fake-second-link.ts';
import { send } from '../../../support/store/messages.ts';

/** One subtree of forty, and one topic that lies in none. */
const MACHINES = Array.from({ length: 40 }, (_, i) => `plant/m/${String(i).padStart(2, '0')}`);
const KEYS = [...MACHINES, 'alone'];
const ALL = Uint32Array.from(KEYS.keys());

function open(habits: Partial<SecondLinkHabits> = {}, fenceHolds = true) {
  const clock = new ManualClock();
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 0 });
  let second: FakeSecondLink | undefined;
  const unasked: string[] = [];
  const probe = new RetainedProbe(
    {
      clock,
      witness: {
        cover: (keys: readonly string[]) => ({ questions: [], rest: keys }),
        stamp: () => 0,
        learn: () => undefined,
      },
      fenceHolds: () => fenceHolds,
      unasked: {
        asks: () => undefined,
        meant: 0,
        message: (bytes: Uint8Array, start: number, end: number) =>
          unasked.push(new TextDecoder().decode(bytes.slice(start, end))),
      },
    } as unknown as ProbeOptions,
    (intake) => (second = new FakeSecondLink(intake, clock, habits)),
  );
  if (second === undefined) throw new Error('no connection was made');
  const broker = second;
  const byName: string[][] = [];
  let lateMessage = (): void => undefined;
  const checked: (string[] | 'caught up')[] = [];
  const proper: string[] = [];
  const learnt: string[] = [];
  let isMany = true;
  const cleaner: ListedClearingOptions['cleaner'] = {
    fetch: async (keys) => {
      await Promise.resolve();
      byName.push([...keys]);
      return keys.map((key): FetchedRetained => {
        const one = broker.stored.get(key);
        if (one === undefined) return { kind: 'nothing', key };
        const payload = new TextEncoder().encode(one.payload);
        const message = { key, payload, qos: one.qos, properties: new Uint8Array(0), at: 5 };
        return { kind: 'message', key, message };
      });
    },
    check: async (keys) => {
      await Promise.resolve();
      checked.push([...keys]);
      const places = [...keys.keys()];
      const isThere = (place: number): boolean => broker.stored.has(keys[place] ?? '');
      return {
        cleared: Uint32Array.from(places.filter((place) => !isThere(place))),
        others: places.filter(isThere).map((place): PlacedOutcome => ({
          place,
          outcome: { kind: 'still-retained', failure: failed('x', 'x', ''), at: 1 },
        })),
      };
    },
    caughtUp: async () => {
      await Promise.resolve();
      checked.push('caught up');
      lateMessage();
    },
    goesTogether: () => isMany,
    sendProper: async (keys, bulk, took) => {
      await Promise.resolve();
      proper.push(...keys);
      took.fill(3);
      return keys.flatMap((_, place) => {
        const outcome = bulk?.[place];
        return outcome?.kind === 'unknown'
          ? [{ place, outcome: { kind: 'not-verified', failure: outcome.failure } }]
          : [];
      });
    },
  };
  const truth: ListedClearingOptions['truth'] = {
    probedAt: (node, qos, granted, _expiry, names, place) =>
      learnt.push(
        `${names.key(place)} ${qos} of ${granted} ${store.find(keyBytes(names.key(place))) === node}`,
      ),
    emptiedAt: (_node, evidence, names, place) => learnt.push(`${names.key(place)} ${evidence}`),
  };
  const clearing = new ListedClearing({ topics: store, clock, probe, cleaner, truth });
  for (const key of KEYS) send(store, { topic: key, payload: 'seen', retain: true });
  const list = new ListedTopics(store, packNames(KEYS));
  const hold = (keys: readonly string[], qos: 0 | 1 | 2 = 1): void => {
    for (const key of keys) broker.stored.set(key, { payload: `of ${key}`, qos });
  };
  const fetch = async (places = ALL) => {
    const packed = await inTime(clock, clearing.fetch(list, places));
    return unpackMessages(
      [...places].map((place) => KEYS[place] ?? ''),
      packed,
    );
  };
  return {
    clock, store, broker, list, clearing, hold, fetch, byName, checked, proper, learnt, unasked,
    few: () => void (isMany = false), late: (act: () => void) => void (lateMessage = act),
  }; // prettier-ignore
}

const shown = (found: readonly FetchedRetained[]) =>
  found.map((one) =>
    one.kind === 'message'
      ? `${new TextDecoder().decode(one.message.payload)} at ${one.message.qos}`
      : one.kind,
  );

test('A subtree is asked for once at QoS 2, and what lies in none by its name; each is kept as it came.', async () => {
  const { broker, hold, fetch, byName, learnt } = open();
  hold(KEYS);
  expect(shown(await fetch())).toEqual(KEYS.map((key) => `of ${key} at 1`));
  expect(broker.asked).toEqual([{ filters: ['plant/#'], qos: 2 }]);
  expect(byName).toEqual([['alone']]);
  expect(learnt).toEqual(MACHINES.map((key) => `${key} 1 of 2 true`));
  expect([broker.open_, broker.users]).toEqual([[], 0]);
});

test('Of messages that are known to be too large together, only the first are asked for, and the rest later.', async () => {
  const { store, hold, fetch, broker, byName } = open();
  hold(KEYS, 1);
  for (const key of MACHINES.slice(0, 30))
    send(store, { topic: key, payload: 'seen', retain: true, size: 4 * 2 ** 20 });
  const found = await fetch();
  // Sixteen of 4 MB fill the room of 64 MB.
  expect(shown(found).slice(0, 17)).toEqual([
    ...MACHINES.slice(0, 16).map((key) => `of ${key} at 1`),
    'postponed',
  ]);
  expect(shown(found).filter((one) => one === 'postponed')).toHaveLength(KEYS.length - 16);
  expect([broker.asked.length, byName.flat()]).toEqual([0, MACHINES.slice(0, 16)]);
});

test('What a subtree does not bring, or brings without the flag, is asked for by its name.', async () => {
  const { broker, hold, fetch, byName, unasked } = open();
  hold(KEYS.filter((key) => key !== 'plant/m/07'));
  broker.stored.set('plant/m/new', { payload: 'x', qos: 0 });
  expect(shown(await fetch()).filter((one) => one === 'nothing')).toHaveLength(1);
  expect(byName).toEqual([['alone', 'plant/m/07']]);
  expect(unasked).toEqual(['plant/m/new']);
  const bare = open({ flags: () => false });
  bare.hold(KEYS);
  expect(shown(await bare.fetch())).toEqual(KEYS.map((key) => `of ${key} at 1`));
  expect(bare.byName[0]).toHaveLength(41);
});

test('A broker that refuses subtrees twice is asked for names only; one that is away for all of them.', async () => {
  const { broker, hold, fetch, byName } = open({ grants: () => 135, delivers: () => false });
  hold(KEYS);
  for (let times = 0; times < 3; times++) await fetch();
  expect(broker.asked).toHaveLength(2);
  expect(byName.map(({ length }) => length)).toEqual([41, 41, 41]);
  const away = open();
  away.broker.refuses = failed('probe-refused', 'No.', '');
  await away.fetch();
  expect(away.byName[0]).toHaveLength(41);
});

test('Of what changed while it was asked for nothing is learnt, and it is kept all the same.', async () => {
  const { broker, store, hold, fetch, learnt } = open();
  hold(KEYS);
  broker.meanwhile = () => void send(store, { topic: 'plant/m/03', payload: 'newer', retain: true });
  expect(shown(await fetch())[3]).toBe('of plant/m/03 at 1');
  expect(learnt).toHaveLength(39);
  expect(learnt.some((one) => one.startsWith('plant/m/03'))).toBe(false);
});

test('What is refused on the second connection goes over the one proper, and only that.', async () => {
  const refused: EmptyOutcome = { kind: 'refused', code: 135, failure: failed('not-authorized', 'No.', '') };
  const lost: EmptyOutcome = { kind: 'unknown', failure: failed('outcome-unknown', 'x', '') };
  const { clearing, list, clock, proper, learnt } = open({
    empties: (keys) => keys.map((key) => (key === 'alone' ? refused : key === 'plant/m/00' ? lost : null)),
  });
  const took = new Float32Array(ALL.length).fill(Number.NaN);
  const unsent = await inTime(clock, clearing.sendEmpty(list, ALL, took));
  expect(proper).toEqual(['plant/m/00', 'alone']);
  expect(unsent).toMatchObject([{ place: 0, outcome: { kind: 'not-verified' } }]);
  expect(took[40]).toBe(3);
  expect(learnt).toContain('plant/m/01 emptied');
  expect(learnt).toContain('plant/m/00 unanswered');
  expect(learnt.some((one) => one.startsWith('alone'))).toBe(false);
});

test('Where the second connection ends over what is refused, what was not sent goes over the next one at once.', async () => {
  const refused: EmptyOutcome = { kind: 'refused', code: 135, failure: failed('not-authorized', 'No.', '') };
  const lost: EmptyOutcome = { kind: 'unknown', failure: failed('outcome-unknown', 'x', '') };
  const notSent: EmptyOutcome = failed('not-sent', 'x', '');
  const rounds: string[][] = [];
  const { clearing, list, clock, proper } = open({
    empties: (keys) => {
      rounds.push([...keys]);
      // One is denied, two are under way behind it, the rest waits.
      const first = keys.findIndex((key) => key === 'plant/m/05' || key === 'plant/m/20');
      if (first === -1) return keys.map(() => null);
      return keys.map((_, at) =>
        at < first ? null : at === first ? refused : at <= first + 2 ? lost : notSent,
      );
    },
  });
  const unsent = await inTime(clock, clearing.sendEmpty(list, ALL, new Float32Array(ALL.length)));
  expect(rounds.map(([first, ...rest]) => [first, rest.length + 1])).toEqual([
    ['plant/m/00', 41],
    ['plant/m/08', 33],
    ['plant/m/23', 18],
  ]);
  // What was under way may be cleared, and another may have set it since: it is fetched again before.
  expect(unsent.map(({ place }) => place)).toEqual([6, 7, 21, 22]);
  expect(proper.filter((key) => key === 'plant/m/05' || key === 'plant/m/20')).toHaveLength(2);
});

test('Before MQTT 5, or without a second connection, all go over the one proper, and nothing is learnt yet.', async () => {
  const old = open({ level: 4 });
  const away = open();
  away.broker.refuses = failed('probe-refused', 'No.', '');
  for (const { clearing, list, clock, proper, learnt } of [old, away]) {
    const took = new Float32Array(ALL.length).fill(Number.NaN);
    expect(await inTime(clock, clearing.sendEmpty(list, ALL, took))).toEqual([]);
    expect(proper).toEqual(KEYS);
    expect([...took].every((ms) => ms === 3)).toBe(true);
    expect(learnt).toEqual([]);
  }
});

test('A check returns places in the list, however few were asked for.', async () => {
  const { clearing, list, clock, hold } = open();
  hold(['plant/m/07']);
  const { cleared, others } = await inTime(clock, clearing.check(list, Uint32Array.of(40, 7, 3)));
  expect([...cleared]).toEqual([40, 3]);
  expect(others).toMatchObject([{ place: 7, outcome: { kind: 'still-retained' } }]);
});

test('A check asks by their names only for those that subtrees do not show to be cleared.', async () => {
  const { clearing, list, clock, broker, store, hold, checked, learnt } = open();
  hold(['plant/m/07']);
  broker.meanwhile = () => void send(store, { topic: 'plant/m/06', payload: 'newer', retain: true });
  const { cleared, others } = await inTime(clock, clearing.check(list, ALL));
  expect(broker.asked).toEqual([{ filters: ['plant/#'], qos: 0 }]);
  expect(checked).toEqual(['caught up', ['plant/m/06', 'plant/m/07', 'alone']]);
  expect([...cleared]).toEqual([...ALL].filter((place) => place !== 7));
  expect(others).toMatchObject([{ place: 7, outcome: { kind: 'still-retained' } }]);
  expect(learnt).toHaveLength(38);
});

test('A check that subtrees answer as a whole asks for no name.', async () => {
  const { clearing, list, clock, checked } = open();
  const places = Uint32Array.from(MACHINES.keys());
  const { cleared, others } = await inTime(clock, clearing.check(list, places));
  expect([cleared, others]).toEqual([places, []]);
  expect(checked).toEqual(['caught up']);
});

test('Our own messages are read on the connection proper before subtrees are asked whether they are gone.', async () => {
  const { clearing, list, clock, store, late, checked } = open();
  late(() => void send(store, { topic: 'plant/m/06', payload: '', retain: true }));
  const places = Uint32Array.from(MACHINES.keys());
  expect((await inTime(clock, clearing.findCleared(list, places))).cleared).toEqual(places);
  expect((await inTime(clock, clearing.check(list, places))).cleared).toEqual(places);
  expect(checked).toEqual(['caught up', 'caught up']);
});

test('Where a fence proves nothing, or much is there, a check asks for each by its name.', async () => {
  const vague = open({}, false);
  const large = open();
  for (let i = 0; i < 51; i++) large.broker.stored.set(`plant/new/${i}`, { payload: 'x', qos: 0 });
  for (const { clock, clearing, list, checked } of [vague, large]) {
    expect((await inTime(clock, clearing.check(list, ALL))).cleared).toEqual(ALL);
    expect(checked).toEqual(['caught up', KEYS]);
  }
});

test('Few go over the connection proper, all of them.', async () => {
  const { clearing, list, clock, proper, few } = open();
  few();
  const took = new Float32Array(2).fill(Number.NaN);
  expect(await inTime(clock, clearing.sendEmpty(list, Uint32Array.of(4, 40), took))).toEqual([]);
  expect(proper).toEqual(['plant/m/04', 'alone']);
  expect([...took]).toEqual([3, 3]);
});

test('Subtrees show at QoS 0 what is cleared, but nothing of what is there or came meanwhile.', async () => {
  const { clearing, list, clock, broker, store, hold, learnt } = open();
  hold(['plant/m/05']);
  broker.meanwhile = () => void send(store, { topic: 'plant/m/06', payload: 'newer', retain: true });
  const { cleared, overtaken } = await inTime(clock, clearing.findCleared(list, ALL));
  expect([...cleared]).toEqual([...MACHINES.keys()].filter((place) => place !== 5 && place !== 6));
  expect(broker.asked).toEqual([{ filters: ['plant/#'], qos: 0 }]);
  expect(learnt[0]).toBe('plant/m/00 null of 0 true');
  expect(overtaken).toEqual([]);
  const vague = open({}, false);
  expect((await inTime(vague.clock, vague.clearing.findCleared(vague.list, ALL))).cleared).toHaveLength(0);
});

test('Nothing is found gone by a large answer, by one that is lost, or over a connection that ends.', async () => {
  const large = open();
  for (let i = 0; i < 51; i++) large.broker.stored.set(`plant/new/${i}`, { payload: 'x', qos: 0 });
  const lost = open({ ping: () => 'lost' });
  const ends = open();
  ends.broker.meanwhile = () => void (ends.broker.online = false);
  for (const { clock, clearing, list, learnt } of [large, lost, ends]) {
    expect((await inTime(clock, clearing.findCleared(list, ALL))).cleared).toHaveLength(0);
    expect(learnt).toEqual([]);
  }
});

test('What somebody published between the fetch and our clear is returned with what is cleared, and once.', async () => {
  const { clearing, list, clock, broker, store, hold, fetch } = open();
  hold(KEYS);
  await fetch();
  send(store, { topic: 'plant/m/09', payload: 'newer', retain: true });
  for (const key of KEYS) send(store, { topic: key, payload: '', retain: true });
  broker.stored.clear();
  const { overtaken } = await inTime(clock, clearing.findCleared(list, ALL));
  expect(overtaken.map(({ key, payload }) => [key, new TextDecoder().decode(payload)])).toEqual([
    ['plant/m/09', 'newer'],
  ]);
  const again = await inTime(clock, clearing.check(list, Uint32Array.of(9, 40)));
  expect([[...again.cleared], again.others, again.overtaken]).toEqual([[9, 40], [], []]);
});

test('Names that would be shared subscriptions are never asked for by a subtree, nor found to be gone by one.', async () => {
  const { clock, store, broker, clearing, byName } = open();
  const keys = Array.from({ length: 20 }, (_, i) => `$share/g/${i}`);
  for (const topic of keys) send(store, { topic, payload: 'seen', retain: true });
  const list = new ListedTopics(store, packNames(keys));
  const places = Uint32Array.from(keys.keys());
  await inTime(clock, clearing.fetch(list, places));
  expect(byName).toEqual([keys]);
  expect((await inTime(clock, clearing.findCleared(list, places))).cleared).toHaveLength(0);
  expect(broker.asked).toEqual([]);
});

test('A topic that is forgotten meanwhile is looked for again, and its number is not taken for another.', async () => {
  const { store, list } = open();
  const before = list.node(3);
  expect(before).toBe(store.find(keyBytes('plant/m/03')));
  let forgotten = 0;
  store.forget({ kind: 'topic', node: before }, ({ topics }) => (forgotten = topics));
  store.work(() => false);
  expect([forgotten, list.node(3)]).toEqual([1, NO_NODE]);
  for (let i = 0; i < 50; i++) send(store, { topic: `other/${i}` });
  expect(list.node(3)).toBe(NO_NODE);
  send(store, { topic: 'plant/m/03' });
  expect(list.node(3)).toBe(store.find(keyBytes('plant/m/03')));
});
