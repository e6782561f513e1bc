import type { Broker } from '../broker/broker.ts';
import type { PeriodicMessage, Device } from './device.ts';
import { startFlakyDevice } from './flaky.ts';
import { plant } from './layout.ts';
import { seedFor, seeded } from './random.ts';
import type { DemoClock } from '../broker/time.ts';

export interface FleetOptions {
  readonly broker: Broker;
  readonly clock: DemoClock;
  readonly seed: number;
}

/** One timer for all devices: fine enough for the fastest, coarse enough to cost nothing. */
const TICK_MS = 25;
/** After a stall (a suspended machine) devices go on; they do not catch up on more than this. */
const CATCH_UP_MS = 1_000;

/** Switches the plant on: about 150 messages a second. The answer switches it off. */
export function startFleet({ broker, clock, seed }: FleetOptions): () => void {
  const devices = plant(seed);
  const start = clock.now();
  for (const device of devices) {
    for (const message of device.births(start)) broker.publish(message);
  }
  const stopListening = devices.map((device) => answerCommands(device, broker, clock));
  const stopMessages = runMessages(
    devices.flatMap(({ messages }) => messages),
    clock,
    (periodic, at) => {
      const message = periodic.say(at);
      if (message !== null) broker.publish(message);
    },
  );
  const stopFlaky = startFlakyDevice(broker, clock, seeded(seedFor(seed, 'flaky')));
  return () => {
    stopMessages();
    stopFlaky();
    for (const stop of stopListening) stop();
  };
}

function answerCommands(device: Device, broker: Broker, clock: DemoClock): () => void {
  const { command, path } = device;
  if (command === undefined) return () => undefined;
  const prefix = `${path}/cmd/`;
  return broker.listen(`${prefix}#`, ({ topic, payload, properties }) => {
    // A cleared retained command is not a command.
    if (payload.length === 0 || !topic.startsWith(prefix)) return;
    const [first, ...rest] = command(topic.slice(prefix.length), payload.toString(), clock.now());
    if (first === undefined) return;
    broker.publish(first);
    if (properties?.responseTopic !== undefined) {
      const { responseTopic, correlationData } = properties;
      const answer = correlationData === undefined ? {} : { properties: { correlationData } };
      broker.publish({ ...first, topic: responseTopic, retain: false, ...answer });
    }
    for (const message of rest) broker.publish(message);
  });
}

function runMessages(
  messages: readonly PeriodicMessage[],
  clock: DemoClock,
  run: (message: PeriodicMessage, at: number) => void,
): () => void {
  const start = clock.now();
  // A heap would be finer; two hundred comparisons 40 times a second are nothing.
  const next = messages.map(({ firstMs }) => start + firstMs);
  let cancel: () => void = () => undefined;
  const tick = (): void => {
    cancel = clock.after(TICK_MS, tick);
    const now = clock.now();
    for (const [index, one] of messages.entries()) {
      let due = next[index] ?? now;
      // The clock was set back: nobody waits for it to come round again.
      due = Math.min(due, now + one.everyMs);
      if (due < now - CATCH_UP_MS) due += Math.ceil((now - CATCH_UP_MS - due) / one.everyMs) * one.everyMs;
      for (; due <= now; due += one.everyMs) run(one, due);
      next[index] = due;
    }
  };
  tick();
  return () => cancel();
}
