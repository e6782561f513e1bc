import { expect } from 'vitest';
import { ROOT } from '../../../src-main/core/topics/columns/nodes.ts';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import type { Opened } from '../../broker/session/open-connection.ts';
import { resume } from '../habits/links.ts';
import { within, type Listener } from '../oracle.ts';
import { none, settle, Skipped, subscription, text, type Check, type Context } from './context.ts';

export const MESSAGES: readonly Check[] = [
  {
    name: '“#” brings what others publish, under its own name and byte for byte',
    run: async (context) => {
      const opened = context.open({ subscriptions: [subscription('#')] });
      await context.granted(opened, '#');
      const listener = await context.oracle.listen(['#'], { qos: 0 });
      const sent = ['plain', 'a//b', 'Größe/°C', '温度', 'deep/1/2/3/4/5/6/7/8/9'].map(
        (name) => `${context.prefix}${name}`,
      );
      for (const topic of sent) await context.oracle.publish(topic, `of ${topic}`);
      await within(3_000, () => sent.every((topic) => listener.seen().some((one) => one.topic === topic)));
      const came = listener.seen().filter(({ topic }) => topic.startsWith(context.prefix));
      listener.close();
      expect(came.length).toBeGreaterThanOrEqual(sent.length);
      for (const { topic, payload } of came) {
        await opened.eventually(topic, () => opened.latest(topic) === payload);
      }
    },
  },
  {
    name: 'A tree that is divided at dots has each topic below the levels that its own dots make',
    run: async (context) => {
      const opened = context.open({ levelSeparator: '.', subscriptions: [subscription('#')] });
      await context.granted(opened, '#');
      const listener = await context.oracle.listen(['#'], { qos: 0 });
      const top = context.prefix.replaceAll('/', '');
      const sent = ['.a.b', '.a.c', '.a', '/x.y', '..z'].map((name) => top + name);
      for (const topic of sent) await context.oracle.publish(topic, `of ${topic}`);
      const came = () => listener.seen().filter(({ topic }) => topic.startsWith(top));
      await within(3_000, () => came().length >= sent.length);
      listener.close();
      expect(came().length).toBeGreaterThanOrEqual(sent.length);
      for (const { topic, payload } of came()) {
        await opened.eventually(topic, () => opened.latest(topic) === payload);
        expect(branchesOf(opened, topic), topic).toEqual(dottedBranches(topic));
      }
      const asSent = came().filter(({ topic }) => sent.includes(topic)).length;
      context.note(asSent >= sent.length ? 'dots arrive as dots' : `as ${came()[0]?.topic ?? ''}`);
    },
  },
  {
    name: 'QoS 0, 1 and 2 are sent, acknowledged and brought back',
    run: async (context) => {
      const opened = await context.opened({ subscriptions: [subscription(`${context.prefix}#`, 2)] });
      const granted = opened.connection.subscriptions.status()[0]?.result;
      context.note(granted?.kind === 'granted' ? `granted ${granted.qos}` : 'not granted');
      for (const qos of [0, 1, 2] as const) {
        const topic = `${context.prefix}${qos}`;
        const outcome = await opened.connection.publisher.publish({
          topic,
          payload: text('1'),
          qos,
          retain: false,
        });
        expect(outcome.kind).toBe(qos === 0 ? 'sent' : 'acknowledged');
        await opened.eventually(topic, () => opened.latest(topic) === '1');
      }
    },
  },
  {
    name: '40 messages at QoS 1 come back, and no verdict accuses the broker',
    run: async (context) => {
      const opened = await context.opened();
      const topics = context.topics(40);
      const outcomes = await Promise.all(
        topics.map((topic) =>
          opened.connection.publisher.publish({ topic, payload: text('1'), qos: 1, retain: false }),
        ),
      );
      none(outcomes.map(({ kind }) => kind).filter((kind) => kind !== 'acknowledged'));
      await opened.eventually('all 40', () => topics.every((topic) => opened.latest(topic) === '1'));
      // A verdict has its time to be wrong.
      await settle(2_500);
      none(accusations(opened));
    },
  },
  {
    name: '$SYS is subscribed to without harm: “#” works, and nothing stays red',
    run: async (context) => {
      const opened = context.open({ subscriptions: [subscription('#'), subscription('$SYS/#')] });
      await context.granted(opened, '#');
      await settle(2_500);
      expect(opened.connection.state.kind).toBe('online');
      await context.oracle.publish(`${context.prefix}a`, '1');
      await opened.eventually('a message', () => opened.latest(`${context.prefix}a`) === '1');
      const { system } = opened.connection.store.counters();
      const status = opened.connection.subscriptions.status().find(({ filter }) => filter === '$SYS/#');
      context.note(`${status?.result.kind}, ${system === 0 ? 'nothing there' : 'with topics'}`);
      const red = opened.diagnostics().verdicts.filter((one) => one.severity === 'error' && !one.over);
      none(red.map(({ title }) => title));
      expect(opened.diagnostics().session.connects, 'sessions').toBeLessThanOrEqual(4);
    },
  },
  {
    name: 'A shared subscription brings each message once, or says that this broker does not share',
    run: shared,
  },
  {
    name: 'A resumed session of 3.1.1 brings what was queued, and counts all of it',
    run: (context) => resumed(context, '3.1.1'),
  },
  {
    name: 'A resumed session of MQTT 5 brings what was queued, and counts all of it',
    run: async (context) => {
      if (!context.facts.speaks5) throw new Skipped('the broker does not speak MQTT 5');
      await resumed(context, '5');
    },
  },
  {
    name: 'A message that two subscriptions match is counted for both',
    run: async (context) => {
      const filters = [`${context.prefix}#`, `${context.prefix}+`];
      const opened = await context.opened({
        subscriptions: filters.map((filter, i) => ({ filter, qos: 0 as const, identifier: 11 + i })),
      });
      await context.oracle.publish(`${context.prefix}a`, '1');
      await opened.eventually('the message', () => opened.latest(`${context.prefix}a`) === '1');
      await settle();
      const status = opened.connection.subscriptions.status();
      context.note(`counted by ${status[0]?.countedBy}`);
      const listener = await context.oracle.listen(filters, { qos: 0 });
      await context.oracle.publish(`${context.prefix}b`, '1');
      await settle(300);
      const copies = listener.seen().filter(({ topic }) => topic === `${context.prefix}b`).length;
      listener.close();
      context.note(`${copies} ${copies === 1 ? 'copy' : 'copies'}`);
      // By name each copy matches both; by identifier each copy says whose it is.
      for (const { filter, messages } of status) {
        expect(messages, `counted for ${filter}`).toBeGreaterThanOrEqual(1);
        expect(messages, `counted for ${filter}`).toBeLessThanOrEqual(copies);
      }
    },
  },
];

function accusations(opened: Opened): string[] {
  return opened
    .diagnostics()
    .verdicts.filter(({ severity }) => severity !== 'note')
    .map(({ title }) => title);
}

/** What two raw clients of one group get of ten messages; null: refused, or the link closes over it. */
async function sharedRaw({ oracle, facts, prefix }: Context): Promise<number | null> {
  const listeners: Listener[] = [];
  try {
    for (let i = 0; i < 2; i++) {
      const version = facts.speaks5 ? 5 : 4;
      listeners.push(await oracle.listen([`$share/raw/${prefix}raw/#`], { version }));
    }
    if (listeners.some(({ granted }) => (granted[0] ?? 128) >= 128)) return null;
    for (let i = 0; i < 10; i++) await oracle.publish(`${prefix}raw/${i}`, '1');
    const sum = (): number => listeners.reduce((all, { seen }) => all + seen().length, 0);
    await within(1_500, () => sum() >= 10);
    return sum();
  } catch {
    return null;
  } finally {
    for (const listener of listeners) listener.close();
  }
}

async function shared(context: Context): Promise<void> {
  const works = await sharedRaw(context);
  if (works !== null && works !== 0 && works !== 10) {
    throw new Skipped(`of ten messages the broker delivers ${works} to a group of two raw clients`);
  }
  const filter = `$share/group/${context.prefix}#`;
  const workers = [1, 2].map(() => context.open({ subscriptions: [subscription(filter)] }));
  for (const worker of workers) await worker.until('online', 10_000);
  const status = (worker: Opened) => worker.connection.subscriptions.status()[0];
  const [first] = workers;
  if (first === undefined) return;
  await first.eventually('an answer', () =>
    workers.every((worker) => status(worker)?.result.kind !== 'pending'),
  );
  const topics = context.topics(10);
  for (const topic of topics) await context.oracle.publish(topic, '1');
  const seen = (): number =>
    workers.reduce((all, worker) => all + topics.filter((topic) => worker.latest(topic) === '1').length, 0);
  if (works === 10) {
    await first.eventually('all ten', () => seen() >= 10);
    await settle(300);
    expect(seen(), 'messages at both').toBe(10);
    const counts = workers.map((worker) => status(worker)?.messages ?? 0);
    context.note(`counted ${counts.join(' and ')}`);
    expect(
      counts.reduce((all, one) => all + one, 0),
      'counted at both',
    ).toBe(10);
    return;
  }
  await settle();
  const said = [...(status(first)?.notes ?? []), JSON.stringify(status(first)?.result)].join(' ');
  context.note(works === 0 ? 'taken literally' : 'refused');
  expect(seen(), 'messages at both').toBe(0);
  // Granted and silent: somebody has to say that nothing will come.
  if (works === 0) expect(said).toMatch(/literal|does not share|no shared|may not|MQTT 5|3\.1\.1/i);
}

async function resumed(context: Context, version: '3.1.1' | '5'): Promise<void> {
  const raw = await resume(context.oracle);
  if (raw !== 'session present, 10 of 10') throw new Skipped(`for a raw client: ${raw}`);
  const filter = `${context.prefix}#`;
  const opened = await context.opened({
    version,
    // NATS takes no dots in a client ID.
    clientId: `resumer-${version === '5' ? 5 : 3}-${process.pid}`,
    cleanStart: false,
    ...(version === '5' ? { sessionExpiry: 300 } : {}),
    subscriptions: [subscription(filter, 1)],
  });
  await left(opened);
  const topics = context.topics(26);
  for (const topic of topics) await context.oracle.publish(topic, '1');
  opened.connection.connect();
  const { sessionPresent } = await opened.until('online', 10_000);
  if (!sessionPresent) throw new Skipped('the broker does not keep the session');
  await opened.eventually('all of the queue', () => topics.every((topic) => opened.latest(topic) === '1'));
  await settle();
  expect(opened.connection.subscriptions.status()[0]?.messages, 'counted of 26').toBe(26);
}

/**
 * Disconnects, until the broker has closed its end as well: before that it may deliver over a session that is over
 * what it was to queue. We are shown as disconnected at once.
 */
async function left({ connection, eventually, until }: Opened): Promise<void> {
  const { link } = connection;
  connection.disconnect();
  await until('stopped');
  await eventually('the broker to close its end', () => link?.tap.closed === true);
}

/** Names of the branches that a topic lies in, the innermost first. */
function branchesOf(opened: Opened, topic: string): readonly string[] {
  const { store } = opened.connection;
  const branches: string[] = [];
  for (let node = store.parent(store.find(keyBytes(topic))); node !== ROOT; node = store.parent(node))
    branches.push(new TextDecoder().decode(store.pathBytes(node)));
  return branches;
}

/** The same as the dots of its name say. */
function dottedBranches(topic: string): readonly string[] {
  const levels = topic.split('.');
  return levels.slice(1).map((_, left) => levels.slice(0, levels.length - 1 - left).join('.'));
}
