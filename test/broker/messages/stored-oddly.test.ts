import { afterEach, expect, test } from 'vitest';
import type { HabitName } from '../../support/brokers/broker-habits.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from '../session/open-connection.ts';

afterEach(teardown);

/** A broker with these messages stored, and a connection that has subscribed to all. */
async function open(
  topics: readonly string[],
  habits: readonly HabitName[],
  version: '5' | '3.1.1' | 'auto' = 'auto',
) {
  const fake = await startFakeBroker({ habits });
  for (const topic of topics) fake.broker.publish({ topic, payload: `of ${topic}`, qos: 1, retain: true });
  const opened = openConnection({ port: fake.port, version });
  await subscribed(opened);
  await opened.eventually('the end of the scan', () => !opened.connection.store.facts.scanning);
  return { fake, opened };
}

/** No filter brings some of them and not all. */
const flat = (count: number): string[] => Array.from({ length: count }, (_, i) => `t-${i}`);

test.each(['5', '3.1.1'] as const)(
  'A broker with one table of packet identifiers refuses none of many questions on %s.',
  async (version) => {
    const topics = flat(120);
    const { opened } = await open(topics, ['one-table-of-ids'], version);
    const probed = await opened.connection.truth.probe.ask(topics, 2);
    expect(topics.filter((topic) => probed.get(topic)?.kind !== 'retained')).toEqual([]);
  },
);
