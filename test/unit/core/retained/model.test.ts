import { expect, test } from 'vitest';
import type { HabitName } from '../../../support/brokers/broker-habits.ts';
import { random, type Random } from '../../../support/random.ts';
import { ModelBroker, type ModelMessage } from '../../../support/retained/model-broker.ts';
import { ModelClient, TOPICS } from '../../../support/retained/model-client.ts';

type Step =
  | { readonly kind: 'other'; readonly message: ModelMessage }
  | {
      readonly kind: 'own';
      readonly message: ModelMessage;
      readonly lost: boolean;
      readonly arrives: boolean;
    }
  | {
      readonly kind: 'connect';
      readonly before: readonly ModelMessage[];
      readonly after: readonly ModelMessage[];
      readonly complete: boolean;
    }
  | { readonly kind: 'probe'; readonly meanwhile: readonly ModelMessage[] }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'restart'; readonly persistent: boolean }
  | { readonly kind: 'pass'; readonly ms: number };

interface World {
  readonly habits: readonly HabitName[];
  readonly isMqtt5: boolean;
  /** The broker is one that is known to deliver stored messages on wildcards. */
  readonly isKnown: boolean;
}

/** Those that change what is stored or delivered; none is mosquitto. Stored messages may be late in all. */
const WORLDS: readonly (readonly HabitName[])[] = [
  [],
  ['ignores-rap'],
  ['live-as-stored'],
  ['eventually-consistent'],
  ['no-stored-on-wildcards'],
  ['no-stored-on-wildcards', 'ignores-rap'],
  ['retain-at-qos-0-clears'],
  ['forgets-retained-at-qos-0'],
];

function message(rng: Random): ModelMessage {
  const payload = rng.int(3) > 0;
  return {
    topic: rng.pick([...TOPICS]),
    payload,
    retain: rng.int(2) === 0,
    qos: rng.int(2) === 0 ? 0 : 1,
    expiry: payload && rng.int(8) === 0 ? 1 + rng.int(5) : -1,
  };
}

function messages(rng: Random, most: number): ModelMessage[] {
  return Array.from({ length: rng.int(most + 1) }, () => message(rng));
}

function step(rng: Random): Step {
  const kind = rng.int(12);
  if (kind < 4) return { kind: 'other', message: message(rng) };
  if (kind < 6) {
    const lost = rng.int(4) === 0;
    return { kind: 'own', message: { ...message(rng), retain: true }, lost, arrives: rng.int(2) === 0 };
  }
  if (kind < 8) {
    return { kind: 'connect', before: messages(rng, 2), after: messages(rng, 2), complete: rng.int(5) > 0 };
  }
  if (kind === 8) return { kind: 'probe', meanwhile: messages(rng, 1) };
  if (kind === 9) return { kind: 'disconnect' };
  if (kind === 10) return { kind: 'restart', persistent: rng.int(2) === 0 };
  return { kind: 'pass', ms: rng.pick([100, 1_000, 5_000]) };
}

/** Runs a script; returns what was shown wrongly, and after which step. */
async function run(
  world: World,
  script: readonly Step[],
  seen?: Map<string, number>,
): Promise<string | null> {
  const broker = new ModelBroker(new Set(world.habits), world.isMqtt5);
  const client = new ModelClient(broker, world.isMqtt5);
  for (const [at, one] of script.entries()) {
    switch (one.kind) {
      case 'other':
        client.other(one.message);
        break;
      case 'own':
        client.own(one.message, one.lost ? 'unanswered' : 'answered', one.arrives);
        break;
      case 'connect':
        await client.connect(one.before, one.after, one.complete, world.isKnown);
        break;
      case 'probe':
        client.meanwhile = [...one.meanwhile];
        if (client.online) client.probe(TOPICS);
        break;
      case 'disconnect':
        client.disconnect();
        break;
      case 'restart':
        client.disconnect();
        broker.restart(one.persistent);
        break;
      case 'pass':
        client.pass(one.ms);
    }
    for (const topic of TOPICS) {
      const fact = client.fact(topic);
      if (fact !== null && !fact.stale) seen?.set(fact.state, (seen.get(fact.state) ?? 0) + 1);
    }
    const wrong = contradiction(broker, client);
    if (wrong !== null) return `after step ${at + 1}: ${wrong}`;
  }
  return null;
}

/** What is shown as of now contradicts what the broker holds, although the protocol gave evidence. */
function contradiction(broker: ModelBroker, client: ModelClient): string | null {
  for (const topic of TOPICS) {
    const fact = client.fact(topic);
    if (fact === null || fact.stale || fact.state === 'unknown') continue;
    const holds = broker.holds(topic, client.now);
    if ((fact.state === 'retained') === holds) continue;
    if (fact.state === 'retained' && broker.silent.has(topic)) continue;
    if (fact.state === 'retained' && broker.hasJustExpired(topic, client.now)) continue;
    return `${topic} is shown as ${fact.state} by ${fact.by}, and the broker holds ${holds ? 'one' : 'none'}`;
  }
  return null;
}

/** The shortest script that still fails, by leaving out one step after the other. */
async function shrunk(world: World, script: readonly Step[]): Promise<readonly Step[]> {
  for (let at = script.length - 1; at >= 0; at--) {
    const shorter = script.filter((_, i) => i !== at);
    if ((await run(world, shorter)) !== null) return shrunk(world, shorter);
  }
  return script;
}

/** The shortest script that shows something wrongly, with what it was; null: none was found. */
async function search(
  world: World,
  seed: number,
  rounds: number,
  seen: Map<string, number>,
): Promise<string | null> {
  const rng = random(seed);
  for (let round = 0; round < rounds; round++) {
    const script = Array.from({ length: 3 + rng.int(25) }, () => step(rng));
    if ((await run(world, script, seen)) === null) continue;
    const shortest = await shrunk(world, script);
    const outcome = await run(world, shortest);
    return [outcome, ...shortest.map((one) => JSON.stringify(one))].join('\n');
  }
  return null;
}

const CASES = WORLDS.flatMap((habits) =>
  [true, false].map(
    (isMqtt5) => [habits.join(' and ') || 'as mosquitto', isMqtt5 ? '5' : '3.1.1', habits] as const,
  ),
);

test.each(CASES)('Nothing is ever shown wrongly: %s, on %s.', async (_, version, habits) => {
  const isKnown = habits.length === 0;
  const world: World = { habits, isMqtt5: version === '5', isKnown };
  const seen = new Map<string, number>();
  const wrong = await search(world, version === '5' ? 5 : 311, 400, seen);
  if (wrong !== null) expect.fail(wrong);
  // It is no feat to know nothing.
  for (const state of ['retained', 'not-retained', 'cleared']) {
    expect(seen.get(state) ?? 0, state).toBeGreaterThan(state === 'retained' ? 200 : 20);
  }
});

test('A program that trusts wildcards of a broker which brings nothing for them is found out.', async () => {
  const world: World = { habits: ['no-stored-on-wildcards'], isMqtt5: true, isKnown: true };
  expect(await search(world, 1, 400, new Map())).toMatch(/shown as not-retained by scan/);
});
