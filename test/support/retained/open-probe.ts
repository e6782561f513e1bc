import { RetainedProbe, type ProbeOptions } from '../../../src-main/connection/probe/probe.ts';
import type { ProbeWitness } from '../../../src-main/connection/probe/topic-questions.ts';
import type { Probed } from '../../../src-main/core/retained/probe-batch.ts';
import { ManualClock } from '../manual-clock.ts';
import { FakeSecondLink, inTime, type SecondLinkHabits } from './fake-second-link.ts';

export interface Setting {
  readonly habits?: Partial<SecondLinkHabits>;
  readonly fenceHolds?: boolean;
  readonly witness?: Partial<ProbeWitness>;
}

/** A probe, and the broker in memory that it asks. */
export function openProbe({ habits = {}, fenceHolds = true, witness = {} }: Setting = {}) {
  const clock = new ManualClock();
  const learnt: string[] = [];
  /** What the connection proper saw of a topic. */
  const stamps = new Map<string, number>();
  let second: FakeSecondLink | undefined;
  const all: ProbeWitness = {
    cover: (keys) => ({ questions: [], rest: keys }),
    stamp: (key) => stamps.get(key) ?? 0,
    isHeld: () => false,
    learn: (key, { kind }, granted) => learnt.push(`${key} ${kind} ${granted}`),
    ...witness,
  };
  const unasked: string[] = [];
  const options = {
    clock,
    online: () => ({ version: '5', clientId: 'proper' }),
    witness: all,
    fenceHolds: () => fenceHolds,
    unasked: {
      asks: () => undefined,
      meant: 0,
      message: (bytes: Uint8Array, start: number, end: number) =>
        unasked.push(new TextDecoder().decode(bytes.slice(start, end))),
    },
  } as unknown as ProbeOptions;
  const probe = new RetainedProbe(options, (intake) => (second = new FakeSecondLink(intake, clock, habits)));
  if (second === undefined) throw new Error('no connection was made');
  const broker = second;
  const store = (topics: Readonly<Record<string, string>>, qos: 0 | 1 | 2 = 0) => {
    for (const [topic, payload] of Object.entries(topics)) broker.stored.set(topic, { payload, qos });
  };
  const ask = (keys: readonly string[], qos: 0 | 1 | 2 = 0) => inTime(clock, probe.ask(keys, qos));
  return { clock, probe, broker, store, ask, learnt, stamps, unasked };
}

/** What was found, in words. */
export const shown = (found: Map<string, Probed>) =>
  Object.fromEntries(
    [...found].map(([key, probed]) => [
      key,
      probed.kind === 'retained'
        ? `${new TextDecoder().decode(probed.message.payload)} at ${probed.message.qos}`
        : probed.kind === 'absent'
          ? 'absent'
          : probed.why.kind,
    ]),
  );
