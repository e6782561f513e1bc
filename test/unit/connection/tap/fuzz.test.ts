import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { Incoming } from '../../../../src-main/connection/tap/incoming.ts';
import { TapSession } from '../../../../src-main/connection/tap/session.ts';
import { packetPiece } from '../../../../src-main/connection/doctor/packet-export.ts';
import { CountingIntake } from '../../../../src-main/connection/intake/counting-intake.ts';
import { Echoes } from '../../../../src-main/core/mqtt/echoes.ts';
import { FlightRecorder } from '../../../../src-main/core/packet-capture/store/recorder.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { connack, encode, randomFromBroker } from '../../../support/brokers/mqtt-stream.ts';
import { random } from '../../../support/random.ts';
import { cpuMsSince } from '../../../support/cpu.ts';

/** Streams, and mutated packets in each. */
const STREAMS = 5_000;
const IN_STREAM = 20;
/** Memory that the process takes more meanwhile: others of this process had theirs before. */
const MOST_MORE_BYTES = 150 * 2 ** 20;
/** Of the processor: others may use it as well. See `broker/security/fuzz-host.test.ts` for all of the fuzz. */
const MOST_CPU_MS = 20_000;
const SECRET = 'correct horse';

/** A packet that brokers send, and what becomes of its bytes. */
interface Mutant {
  readonly base: number;
  readonly edits: readonly (readonly [at: number, byte: number])[];
  readonly cutTo: number;
  readonly repeat: number;
}

const mutant: fc.Arbitrary<Mutant> = fc.record({
  base: fc.nat(199),
  edits: fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 }),
  // Most stay as long as they are.
  cutTo: fc.oneof({ weight: 6, arbitrary: fc.constant(10_000) }, { weight: 1, arbitrary: fc.nat(40) }),
  repeat: fc.oneof(
    { weight: 8, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 4 }) },
  ),
});

function bytesOf({ base, edits, cutTo, repeat }: Mutant, bases: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.from(bases[base % bases.length] ?? []);
  for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
  return Buffer.concat(Array.from({ length: repeat }, () => bytes.subarray(0, cutTo)));
}

/** All that a connection keeps of what it receives. */
function receiving(version: 4 | 5) {
  const recorder = new FlightRecorder({ wall: () => 1_000, steady: () => 1 });
  const store = new TopicStore({ memoryBytes: 16 * 2 ** 20, topicCap: 10_000, seed: 1, startedAt: 0 });
  const intake = new CountingIntake(store, () => undefined);
  const first = connack(version);
  const state = { packets: 0, violations: 0 };
  const open = (): Incoming => {
    const made = new Incoming({
      version,
      maxPayloadBytes: 100_000,
      receiveMaximum: 65_535,
      maximumPacketSize: 0,
      intake,
      session: new TapSession(),
      received: () => undefined,
      recorder,
      echoes: new Echoes([SECRET]),
    });
    recorder.startLink(version);
    made.read(Uint8Array.from(first), 1, 1_000);
    return made;
  };
  let incoming = open();
  const next = (): void => {
    if (incoming.violation !== null) state.violations++;
    incoming = open();
  };
  return {
    recorder,
    store,
    state,
    /** Of a length that lies, what follows would be taken for its rest. */
    next,
    read(bytes: Uint8Array, pieces: number): void {
      if (incoming.violation !== null || incoming.stopped) next();
      state.packets++;
      const step = Math.max(1, Math.ceil(bytes.length / pieces));
      for (let at = 0; at < bytes.length; at += step)
        incoming.read(Uint8Array.from(bytes.subarray(at, at + step)), 1, 1_000);
      incoming.takePassed();
      incoming.acks.take();
    },
  };
}

test('100,000 packets of a hostile broker end in a broken rule or as they are, in bounded memory.', () => {
  const began = process.cpuUsage();
  const seeded = random(2_026);
  const rssBefore = process.memoryUsage.rss();
  let rss = 0;
  for (const version of [5, 4] as const) {
    const bases = Array.from({ length: 200 }, () => encode(randomFromBroker(seeded, version), version));
    const received = receiving(version);
    let streams = 0;
    const stream = fc.tuple(
      fc.array(mutant, { minLength: IN_STREAM, maxLength: IN_STREAM }),
      fc.integer({ min: 1, max: 4 }),
    );
    const property = fc.property(stream, ([mutants, pieces]) => {
      received.next();
      for (const one of mutants) received.read(bytesOf(one, bases), pieces);
      if (++streams % 500 > 0) return;
      rss = Math.max(rss, process.memoryUsage.rss());
      // What was recorded can be read back and exported, whatever it is.
      for (const format of ['jsonl', 'pcap'] as const) {
        const piece = packetPiece(received.recorder.ring, format, null, null, () => false);
        expect(piece).toMatchObject({ kind: 'piece' });
      }
    });
    fc.assert(property, { seed: 9, numRuns: STREAMS / 2 });
    expect(received.state.packets).toBeGreaterThanOrEqual((STREAMS / 2) * IN_STREAM);
    // The mutation reaches both: rules that break and packets that pass.
    expect(received.state.violations).toBeGreaterThan(1_000);
    expect(received.store.counters().received).toBeGreaterThan(1_000);
    const good = { cmd: 'publish', topic: 'after/all', payload: 'x', qos: 0, retain: false, dup: false };
    const asked = process.cpuUsage();
    const before = received.store.counters().received;
    received.next();
    received.read(generate(good as Packet & { cmd: 'publish' }, { protocolVersion: version }), 1);
    expect(received.store.counters().received).toBe(before + 1);
    expect(cpuMsSince(asked)).toBeLessThan(100);
  }
  expect(rss).toBeGreaterThan(0);
  expect(rss - rssBefore).toBeLessThan(MOST_MORE_BYTES);
  expect(cpuMsSince(began)).toBeLessThan(MOST_CPU_MS);
});
