import type { z } from 'zod';
import { ChangeSignal } from '../../../src-main/connection/base/change-signal.ts';
import { LogRing } from '../../../src-main/connection/base/log-ring.ts';
import { systemPorts, type ConnectionPorts } from '../../../src-main/connection/base/ports.ts';
import { Packets } from '../../../src-main/connection/doctor/packets.ts';
import type { LinkEnd } from '../../../src-main/connection/link/link.ts';
import { SessionMemory } from '../../../src-main/connection/link/session-memory.ts';
import { BrokerSession, type OnlineSession } from '../../../src-main/connection/session/broker-session.ts';
import { ConnectionOptions, type ConnectionState } from '../../../src-main/contract/model/model.ts';
import { RecordingIntake } from '../brokers/mqtt-stream.ts';
import { SkippingClock } from '../skipping-clock.ts';
import { onTeardown } from '../teardown.ts';

type Given = Partial<z.input<typeof ConnectionOptions>> & { readonly port: number };
type StateOf<K extends ConnectionState['kind']> = Extract<ConnectionState, { kind: K }>;

export interface OpenedSession {
  readonly session: BrokerSession;
  readonly clock: SkippingClock;
  readonly log: LogRing;
  readonly intake: RecordingIntake;
  /** What was reported, in order, phases left out. */
  readonly reported: string[];
  readonly ends: (LinkEnd & { readonly byUs: boolean })[];
  /** The session that came to be last. */
  readonly online: () => OnlineSession;
  /** Kinds of states, in order and without repeats. */
  readonly kinds: string[];
  /** Until the state is of that kind; at once where it is. */
  until<K extends ConnectionState['kind']>(kind: K): Promise<StateOf<K>>;
}

/** A session with a broker on loopback, connecting; long waits pass when the test says so. Closed by `teardown`. */
export function openSession(given: Given, ports: Partial<ConnectionPorts> = {}): OpenedSession {
  const options = ConnectionOptions.parse({ name: 'test', protocol: 'mqtt', host: '127.0.0.1', ...given });
  const clock = new SkippingClock();
  const log = new LogRing(() => clock.wall());
  const changed = new ChangeSignal(clock);
  const intake = new RecordingIntake();
  const reported: string[] = [];
  const ends: OpenedSession['ends'] = [];
  let online: OnlineSession | null = null;
  const kinds: string[] = [];
  const waiting = new Set<() => void>();
  const session = new BrokerSession({
    options,
    maxPayloadBytes: 1_000_000,
    ports: { ...systemPorts(Math.random), clock, ...ports },
    memory: new SessionMemory(0),
    intake,
    recorder: new Packets(clock).recorder,
    log,
    listeners: [],
    changed,
    events: {
      started: (attempt, version) => reported.push(`started ${attempt} ${version}`),
      phase: () => undefined,
      accepted: ({ connack }) => reported.push(`accepted ${connack.sessionPresent ? 'present' : 'new'}`),
      ready: (ready) => {
        online = ready;
        reported.push('ready');
      },
      ended: (end, _link, byUs) => {
        reported.push(`ended ${byUs ? 'by us' : end.by}`);
        ends.push({ ...end, byUs });
        return end.ending;
      },
    },
  });
  const look = (): void => {
    if (kinds.at(-1) !== session.state.kind) kinds.push(session.state.kind);
    for (const wake of waiting) wake();
  };
  const notify = changed.notify.bind(changed);
  changed.notify = () => {
    notify();
    look();
  };
  onTeardown(() => session.close(100));
  session.connect();
  return {
    session,
    clock,
    log,
    intake,
    reported,
    ends,
    kinds,
    online: () => {
      if (online === null) throw new Error('It was never online.');
      return online;
    },
    until: <K extends ConnectionState['kind']>(kind: K) =>
      new Promise<StateOf<K>>((resolve) => {
        const wake = (): void => {
          if (session.state.kind !== kind) return;
          waiting.delete(wake);
          resolve(session.state as StateOf<K>);
        };
        waiting.add(wake);
        wake();
      }),
  };
}
