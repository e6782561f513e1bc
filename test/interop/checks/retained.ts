import { clearerOf } from '../../support/retained/clear-and-restore.ts';
import { expect } from 'vitest';
import type { Opened } from '../../broker/session/open-connection.ts';
import { within } from '../oracle.ts';
import { countOf, factOf, none, scanned, settle, Skipped, subscription, text } from './context.ts';
import type { Check, Context } from './context.ts';

export const RETAINED: readonly Check[] = [
  {
    name: 'A scan finds all of 50 retained messages, and calls each of them stored',
    run: (context) => scan(context, 50),
  },
  {
    name: 'Stored and live messages are distinguished',
    run: async (context) => {
      const { oracle, prefix } = context;
      const [stored, plain, live] = [`${prefix}stored`, `${prefix}plain`, `${prefix}live`];
      await oracle.publish(stored, '1', { retain: true });
      const opened = await context.opened();
      await oracle.publish(plain, '1');
      await oracle.publish(live, '1', { retain: true });
      for (const topic of [plain, live]) {
        await opened.eventually(topic, () => opened.latest(topic) === '1');
      }
      if (context.facts.storedOnWildcards) expect(factOf(opened, stored)?.by).toBe('subscribe');
      const said = factOf(opened, live);
      context.note(`a live retained message is ${said?.state}`);
      expect([said?.state, said?.by]).not.toEqual(['retained', 'subscribe']);
      await context.neverWrong(opened, [stored, plain, live]);
    },
  },
  {
    name: 'A live update and a live clear of a retained message are taken for what they are',
    run: async (context) => {
      const { oracle, prefix } = context;
      const topic = `${prefix}t`;
      await oracle.publish(topic, '1', { retain: true });
      const opened = await context.opened();
      await oracle.publish(topic, '2', { retain: true });
      await opened.eventually('the update', () => opened.latest(topic) === '2');
      await context.neverWrong(opened, [topic]);
      await oracle.publish(topic, '', { retain: true });
      await opened.eventually('the clear', () => opened.latest(topic) === '');
      context.note(`after a live clear: ${factOf(opened, topic)?.state}`);
      await context.neverWrong(opened, [topic]);
    },
  },
  {
    name: 'A topic is cleared and verified, and another client agrees',
    run: async (context) => {
      const [topic = ''] = context.topics(1);
      await context.oracle.publish(topic, '1', { retain: true });
      const opened = await context.opened();
      await clear(context, opened, topic);
      await context.neverWrong(opened, [topic]);
    },
  },
  {
    name: 'Six topics are cleared one by one, and none is called still retained',
    run: async (context) => {
      const topics = context.topics(6);
      for (const topic of topics) await context.oracle.publish(topic, '1', { retain: true });
      const opened = await context.opened();
      const said: string[] = [];
      for (const topic of topics) said.push(await clearOnly(opened, topic));
      const held = await context.oracle.stored(...topics);
      expect([said.join(' '), held.size]).toEqual(['cleared '.repeat(6).trim(), 0]);
      await context.neverWrong(opened, topics);
    },
  },
  {
    name: 'Eighty topics are cleared together and put back, and no neighbour is touched',
    run: many,
  },
  {
    name: 'Topics with unusual names are cleared and put back, and what is said of each is so',
    run: oddNames,
  },
  {
    name: 'What was cleared and is published again by another is not called “not retained”',
    run: async (context) => {
      const [topic = ''] = context.topics(1);
      await context.oracle.publish(topic, '1', { retain: true });
      const opened = await context.opened();
      await clear(context, opened, topic);
      await context.oracle.publish(topic, '2', { retain: true });
      await opened.eventually('the new message', () => opened.latest(topic) === '2');
      context.note(`shown as ${factOf(opened, topic)?.state}`);
      expect(['retained', 'unknown']).toContain(factOf(opened, topic)?.state);
      await context.neverWrong(opened, [topic]);
    },
  },
  {
    name: 'What retain-as-published brings for one subscription is not believed of another',
    run: trustInFlags,
  },
  {
    name: 'Where a wildcard brings nothing stored, the program says so',
    run: warnedOfWildcards,
  },
  {
    name: 'What is restored after a clear is stored again, with its payload and QoS',
    run: restored,
  },
  {
    name: 'A scan finds all of 1,500 retained messages, and does not end before they are in',
    run: (context) => scan(context, 1_500),
  },
  {
    name: 'After a start of the broker without its store nothing stays called retained',
    run: forgotten,
  },
];

async function scan(context: Context, count: number): Promise<void> {
  const topics = context.topics(count);
  await context.oracle.publishMany(topics, '1', true);
  const delivered = await context.oracle.scan(`${context.prefix}#`, count);
  const began = performance.now();
  const opened = await context.opened();
  const took = performance.now() - began;
  // The moment in which the product says that the scan is over is what counts.
  const found = countOf(opened, topics, 'retained');
  context.note(
    `${found} of ${count}${found === delivered.size ? '' : `, the broker delivers ${delivered.size}`}`,
  );
  context.note(`${(took / 1_000).toFixed(1)} s`);
  expect(found, 'found when the scan had ended').toBe(delivered.size);
  none(topics.filter((topic) => factOf(opened, topic)?.by === 'live').slice(0, 5));
  await context.neverWrong(opened, topics.slice(0, 24));
}

/** On MQTT 5 by way of the second connection; what the broker held before is what counts. */
async function many(context: Context): Promise<void> {
  const { oracle } = context;
  const topics = context.topics(90);
  const cleared = topics.slice(0, 80);
  await oracle.publishMany(topics, '1', true);
  const before = await oracle.stored(...topics);
  const opened = await context.opened();
  const clearer = clearerOf(opened.connection);
  const said = await clearer.clear(cleared);
  const left = await oracle.stored(...topics);
  none(
    said.flatMap(({ topic, outcome }) =>
      outcome.kind === 'cleared' ? [] : [`${topic}: ${outcome.failure.message}`],
    ),
  );
  const others = [...before.keys()].filter((topic) => !cleared.includes(topic));
  expect([...left.keys()].toSorted()).toEqual(others.toSorted());
  const restored = await clearer.restore(cleared);
  await settle(500);
  none(
    restored.flatMap(({ topic, outcome }) =>
      outcome.kind === 'restored' ? [] : [`${topic}: ${outcome.failure.message}`],
    ),
  );
  expect((await oracle.stored(...topics)).size, 'held after the restore').toBe(before.size);
  await context.neverWrong(opened, topics.slice(0, 24));
}

/** Without dots, which RabbitMQ takes for slashes. */
const ODD = ['(a)/[b]', '*c/d', '{e}', 'f\\g/h', '>i', 'j k/😀', 'l//m', "n'o", 'p^q|r', '%s$'];

/** As far as the broker takes them, and by the names that it delivers them under. */
async function oddNames(context: Context): Promise<void> {
  const { oracle, prefix, facts } = context;
  const topics = ODD.map((name) => prefix + name);
  const refused: string[] = [];
  for (const topic of topics)
    await oracle.publish(topic, `of ${topic}`, { retain: true }).catch(() => refused.push(topic));
  const held = async (): Promise<Map<string, string>> => {
    if (!facts.storedOnWildcards) return oracle.stored(...topics);
    const all = await oracle.scan(`${prefix}#`);
    return new Map([...all].map(([topic, { payload }]) => [topic, String(payload)]));
  };
  const before = await held();
  const renamed = [...before.keys()].filter((topic) => !topics.includes(topic));
  context.note(`${before.size} of ${topics.length} are held, ${refused.length} were refused`);
  if (renamed.length > 0) context.note(`delivered as ${renamed.join(', ')}`);
  const opened = await context.opened();
  const clearer = clearerOf(opened.connection);
  const said = await clearer.clear([...before.keys()]);
  await settle(500);
  const after = await held();
  const cleared = said.flatMap(({ key, outcome }) => (outcome.kind === 'cleared' ? [key] : []));
  const others = said.filter(({ outcome }) => outcome.kind !== 'cleared');
  context.note(`${cleared.length} cleared`);
  expect(cleared.filter((topic) => after.has(topic))).toEqual([]);
  for (const { topic, outcome } of others) context.note(`${topic}: ${outcome.kind}`);
  expect(others.filter(({ key }) => !after.has(key) || !renamed.includes(key))).toEqual([]);
  const restored = await clearer.restore(cleared);
  await settle(500);
  expect(restored.flatMap(({ key, outcome }) => (outcome.kind === 'restored' ? [] : [key]))).toEqual([]);
  expect(await held()).toEqual(before);
  // By their names Artemis does not deliver all that it holds.
  none(cleared.filter((topic) => factOf(opened, topic)?.state === 'not-retained'));
}

/** Clears by the product; what it says must be so. */
async function clear(context: Context, opened: Opened, topic: string): Promise<void> {
  const said = await clearOnly(opened, topic);
  const held = (await context.oracle.stored(topic)).has(topic);
  expect([said, held ? 'held' : 'gone']).toEqual(['cleared', 'gone']);
}

async function clearOnly(opened: Opened, topic: string): Promise<string> {
  const results = await clearerOf(opened.connection).clear([topic]);
  return results[0]?.outcome.kind ?? 'nothing';
}

async function trustInFlags(context: Context): Promise<void> {
  if (!context.facts.speaks5) throw new Skipped('the broker does not speak MQTT 5');
  const { oracle, prefix } = context;
  const [exact, other] = [`${prefix}exact`, `${prefix}other`];
  await oracle.publish(other, '1', { retain: true });
  const opened = await context.opened({
    version: '5',
    subscriptions: [subscription(`${prefix}#`), subscription(exact)],
  });
  // A flag on the exact topic must not vouch for the wildcard.
  await oracle.publish(exact, '1', { retain: true });
  await opened.eventually('the first', () => opened.latest(exact) === '1');
  await settle(300);
  await oracle.publish(other, '', { retain: true });
  await opened.eventually('the clear', () => opened.latest(other) === '');
  await settle(300);
  context.note(`cleared by another: ${factOf(opened, other)?.state}`);
  await context.neverWrong(opened, [exact, other]);
  await oracle.publish(other, '2', { retain: true });
  await opened.eventually('the second', () => opened.latest(other) === '2');
  context.note(`set again: ${factOf(opened, other)?.state}`);
  await context.neverWrong(opened, [exact, other]);
}

async function warnedOfWildcards(context: Context): Promise<void> {
  if (context.facts.storedOnWildcards) throw new Skipped('wildcards bring stored messages');
  const [topic = ''] = context.topics(1);
  const opened = await context.opened();
  // It knows of a stored message of its own, and sees that a new scan does not bring it.
  await opened.connection.publisher.publish({ topic, payload: text('1'), qos: 1, retain: true });
  opened.connection.disconnect();
  await opened.until('stopped');
  opened.connection.connect();
  await opened.until('online', 10_000);
  await context.granted(opened);
  await scanned(opened);
  const said = (): string => {
    const { verdicts, log, subscriptions } = opened.diagnostics();
    return JSON.stringify([verdicts, log, subscriptions]);
  };
  await opened.eventually('a word about wildcards', () => /wildcard|exact (topic|name)/i.test(said()), 5_000);
  await context.neverWrong(opened, [topic]);
}

async function restored(context: Context): Promise<void> {
  const { oracle } = context;
  const [topic = ''] = context.topics(1);
  await oracle.publish(topic, 'kept', { retain: true });
  // As this broker delivers what was published at QoS 1; amqtt delivers stored messages at 0.
  const before = await storedQos(context, topic);
  const opened = await context.opened();
  await clear(context, opened, topic);
  const results = await clearerOf(opened.connection).restore([topic]);
  context.note(`${results[0]?.outcome.kind}`);
  expect(results[0]?.outcome.kind).toBe('restored');
  await settle(500);
  expect((await oracle.stored(topic)).get(topic)).toBe('kept');
  expect(await storedQos(context, topic), 'QoS of the stored message').toBe(before);
  await context.neverWrong(opened, [topic]);
}

async function storedQos({ oracle }: Context, topic: string): Promise<number | undefined> {
  const listener = await oracle.listen([topic], { qos: 1 });
  const found = () => listener.seen().filter((one) => one.topic === topic);
  await within(3_000, () => found().length > 0);
  // amqtt sends copies at the QoS of other subscriptions first.
  await settle(300);
  listener.close();
  return found().length === 0 ? undefined : Math.max(...found().map(({ qos }) => qos));
}

async function forgotten(context: Context): Promise<void> {
  const topics = context.topics(5);
  for (const topic of topics) await context.oracle.publish(topic, text('1').toString(), { retain: true });
  const delivered = await context.oracle.scan(`${context.prefix}#`, topics.length);
  const opened = await context.opened();
  expect(countOf(opened, topics, 'retained'), 'found before').toBe(
    topics.filter((topic) => delivered.has(topic)).length,
  );
  context.oracle.restarted();
  await context.broker.forget();
  await opened.eventually(
    'a second session',
    () => opened.connection.state.kind === 'online' && opened.diagnostics().session.connects >= 2,
    40_000,
  );
  await context.granted(opened);
  await scanned(opened);
  await opened.eventually(
    'the marks to go',
    () => countOf(opened, topics, 'retained') === 0,
    6_000,
    () => topics.map((topic) => factOf(opened, topic)),
  );
  context.note(`shown as ${[...new Set(topics.map((topic) => factOf(opened, topic)?.state))].join(', ')}`);
}
