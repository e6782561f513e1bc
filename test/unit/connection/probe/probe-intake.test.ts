import { expect, test } from 'vitest';
import { ProbeIntake } from '../../../../src-main/connection/probe/probe-intake.ts';
import { ProbeBatch } from '../../../../src-main/core/retained/probe-batch.ts';
import type { Intake } from '../../../../src-main/core/topics/store/intake.ts';
import { topicKey } from '../../../../src-main/core/topics/names.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const utf8 = new TextEncoder();
const MIB = 2 ** 20;

const nameOf = ([bytes, start, end]: Parameters<Intake['message']>) =>
  new TextDecoder().decode(bytes.slice(start, end));

function open(...topics: string[]) {
  const unasked: string[] = [];
  const clock = new ManualClock();
  const late: number[] = [];
  const intake = new ProbeIntake(
    clock,
    { message: (...message) => unasked.push(nameOf(message)) },
    { stored: (now) => late.push(now) },
  );
  const batch = new ProbeBatch(topics, true, clock.now());
  batch.answered(topics, 0, clock.now());
  intake.batch = batch;
  /** One PUBLISH; `size` is independent of the bytes that were kept of it. */
  const comes = (
    topic: string | Uint8Array,
    payload: Uint8Array | string,
    flags: number,
    { size, properties = new Uint8Array(0) }: { size?: number; properties?: Uint8Array } = {},
  ) => {
    const name = typeof topic === 'string' ? utf8.encode(topic) : topic;
    const body = typeof payload === 'string' ? utf8.encode(payload) : payload;
    const chunk = new Uint8Array(name.length + properties.length + body.length);
    chunk.set(name);
    chunk.set(properties, name.length);
    chunk.set(body, name.length + properties.length);
    const [end, from] = [name.length, name.length + properties.length];
    intake.message(chunk, 0, end, end, from, from, chunk.length, size ?? body.length, flags, 0, -1, 55, 0);
    chunk.fill(0xee);
  };
  const results = () => {
    batch.fenced(true, clock.now());
    return { get: (topic: string) => batch.result(topic) };
  };
  return { intake, comes, results, unasked, late };
}

test('A stored message is kept as it came, though the chunk it lay in is used again.', () => {
  const { intake, comes, results } = open('a');
  comes('a', 'value', 0b101, { properties: Uint8Array.of(1, 1) });
  expect(results().get('a')).toEqual({
    kind: 'retained',
    message: {
      payload: utf8.encode('value'),
      isCrowded: false,
      size: 5,
      qos: 2,
      properties: Uint8Array.of(1, 1),
      at: 55,
    },
  });
  expect(intake.stored).toBe(1);
});

test('A message for a topic that is not asked for is counted, as it took a place in the queue, and not kept.', () => {
  const { intake, comes, results, late } = open('a');
  comes('b', 'x', 1);
  comes('b', 'x', 0);
  expect([intake.stored, late.length]).toEqual([1, 1]);
  expect(intake.unflagged.size).toBe(0);
  expect(results().get('a')).toEqual({ kind: 'absent' });
});

test('Without the flag it is live: it may be the new one, and the first of each is remembered.', () => {
  const { intake, comes, results } = open('a');
  comes('a', 'first', 0b10);
  comes('a', 'second', 0b10);
  expect(intake.stored).toBe(0);
  expect(new TextDecoder().decode(intake.unflagged.get('a')?.payload)).toBe('first');
  expect(intake.unflagged.get('a')?.qos).toBe(1);
  expect(results().get('a')).toEqual({ kind: 'incomplete', why: { kind: 'changing' } });
});

test('An empty live message after a stored one takes it back.', () => {
  const { comes, results } = open('a');
  comes('a', 'value', 1);
  comes('a', '', 0);
  expect(results().get('a')).toEqual({ kind: 'incomplete', why: { kind: 'changing' } });
});

test('An empty message is never a stored one, whatever its flag says.', () => {
  const { comes, results } = open('a');
  comes('a', '', 1);
  expect(results().get('a')).toEqual({ kind: 'absent' });
});

test('A topic that is no UTF-8 is distinguished by its bytes.', () => {
  const name = Uint8Array.of(0x61, 0xff);
  const { comes, results } = open(topicKey(name), 'a\ufffd');
  comes(name, 'v', 1);
  expect(results().get(topicKey(name))).toMatchObject({ kind: 'retained' });
  expect(results().get('a\ufffd')).toEqual({ kind: 'absent' });
});

test('Beyond 64 MB of one batch a message is known to be there, and is not kept; the next batch begins anew.', () => {
  const { intake, comes, results } = open('a', 'b', 'c', 'd');
  comes('a', new Uint8Array(40 * MIB), 1);
  comes('b', new Uint8Array(30 * MIB), 1);
  comes('c', new Uint8Array(24 * MIB), 1);
  const found = results();
  const kept = (topic: string) => {
    const probed = found.get(topic);
    if (probed?.kind !== 'retained') return null;
    const { payload, size, isCrowded } = probed.message;
    return [payload.length, size, isCrowded];
  };
  expect([kept('a'), kept('b'), kept('c')]).toEqual([
    [40 * MIB, 40 * MIB, false],
    [0, 30 * MIB, true],
    [24 * MIB, 24 * MIB, false],
  ]);
  const next = new ProbeBatch(['d'], true, 0);
  intake.batch = next;
  comes('d', new Uint8Array(MIB), 1);
  next.answered(['d'], 0, 0);
  next.fenced(true, 0);
  const probed = next.result('d');
  expect(probed?.kind === 'retained' ? probed.message.payload.length : null).toBe(MIB);
});

test('Between two batches nothing is kept, and what comes counts for none.', () => {
  const { intake, comes } = open('a');
  intake.batch = null;
  comes('a', 'x', 1);
  expect(intake.stored).toBe(1);
  intake.batch = new ProbeBatch(['a'], true, 0);
  expect(intake.stored).toBe(0);
});

test('A stored message that nobody asked for is handed on, a live or an empty one is not.', () => {
  const { intake, comes, unasked } = open('a');
  comes('b', 'x', 1);
  comes('c', 'x', 0);
  comes('d', '', 1);
  comes('a', 'x', 1);
  intake.batch = null;
  comes('e', 'x', 1);
  expect(unasked).toEqual(['b', 'e']);
});
