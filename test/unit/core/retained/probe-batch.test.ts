import { describe, expect, test } from 'vitest';
import { ProbeBatch, type StoredMessage } from '../../../../src-main/core/retained/probe-batch.ts';
import { quietFor } from '../../../../src-main/core/retained/quiet.ts';

const QUIET = quietFor(0);

const message = (text: string): StoredMessage => ({
  payload: new TextEncoder().encode(text),
  size: text.length,
  qos: 1,
  properties: new Uint8Array(0),
  at: 0,
});

/** A batch of a and b that began at 0, with its answers. */
function batch(
  part: { codes?: readonly (number | null)[]; fence?: boolean; holds?: boolean } = {},
): ProbeBatch {
  const { codes = [0, 0], fence = true, holds = false } = part;
  const it = new ProbeBatch(['a', 'b'], holds, 0);
  ['a', 'b'].forEach((topic, i) => it.answered([topic], codes[i] ?? null, 10));
  it.fenced(fence, 20);
  return it;
}

const kinds = (it: ProbeBatch): string[] =>
  ['a', 'b'].map((topic) => {
    const probed = it.result(topic);
    return probed?.kind === 'incomplete' ? probed.why.kind : String(probed?.kind);
  });

describe('The end of a probe', () => {
  test('waits for the SUBACKs and the fence, however long they take.', () => {
    const it = new ProbeBatch(['a', 'b'], false, 0);
    expect(it.rest(60_000)).toBeNull();
    it.answered(['a'], 0, 10);
    it.answered(['b'], 0, 20);
    expect(it.rest(60_000)).toBeNull();
    it.fenced(true, 30);
    expect(it.rest(30)).toBe(QUIET);
  });

  test('is quiet after the fence, as many brokers answer a ping before they deliver.', () => {
    const it = batch();
    expect([it.rest(20), it.rest(20 + QUIET - 1), it.rest(20 + QUIET)]).toEqual([QUIET, 1, 0]);
    it.stored('a', message('1'), 600);
    expect(it.rest(20 + QUIET)).toBe(580);
    // The same again is no sign that more is to come.
    it.stored('a', message('2'), 1_200);
    expect(it.rest(600 + QUIET)).toBe(0);
  });

  test('takes longer where the broker was slow to answer.', () => {
    const it = new ProbeBatch(['a'], false, 0);
    it.answered(['a'], 0, 1_000);
    it.fenced(true, 2_000);
    expect(it.rest(2_000)).toBe(4_000);
    expect(quietFor(1e9)).toBe(10_000);
  });

  test('is the fence where that is known to hold, and where everything asked for came.', () => {
    expect(batch({ holds: true }).rest(20)).toBe(0);
    const it = batch();
    it.stored('a', message('1'), 21);
    expect(it.rest(21)).toBeGreaterThan(0);
    it.stored('b', message('1'), 22);
    expect(it.rest(22)).toBe(0);
    const half = batch({ codes: [0, 135] });
    half.stored('a', message('1'), 21);
    expect(half.rest(21)).toBe(0);
  });
});

describe('What a probe found', () => {
  test('is the stored message, or that there is none.', () => {
    const it = batch();
    it.stored('a', message('one'), 30);
    expect(it.result('a')).toEqual({ kind: 'retained', message: message('one') });
    expect(kinds(it)).toEqual(['retained', 'absent']);
    expect([it.has('a'), it.has('c')]).toEqual([true, false]);
    it.stored('c', message('not asked for'), 31);
    it.live('c', true);
    expect(it.result('c')).toBeNull();
  });

  test('is not known where the broker refused, or did not answer.', () => {
    expect(kinds(batch({ codes: [135, 0] }))).toEqual(['refused', 'absent']);
    expect(kinds(batch({ codes: [null, null] }))).toEqual(['unanswered', 'unanswered']);
    expect(kinds(batch({ fence: false }))).toEqual(['unanswered', 'unanswered']);
    expect(kinds(batch({ codes: [0, 128] }))).toEqual(['absent', 'refused']);
  });

  test('is a stored message even where the end is not confirmed.', () => {
    const it = batch({ fence: false });
    it.stored('a', message('1'), 5);
    expect(kinds(it)).toEqual(['retained', 'unanswered']);
  });

  test('is open where the topic was published to meanwhile.', () => {
    const it = batch();
    it.live('a', true);
    it.live('b', false);
    // An empty message stores nothing.
    expect(kinds(it)).toEqual(['changing', 'absent']);
    it.stored('a', message('1'), 30);
    it.stored('b', message('1'), 30);
    it.live('a', true);
    it.live('b', false);
    expect(kinds(it)).toEqual(['retained', 'changing']);
    // An empty message need not have been a retained one.
    const other = batch();
    other.live('a', true);
    other.live('a', false);
    expect(kinds(other)[0]).toBe('changing');
  });
});

describe('A probe is settled', () => {
  /** Whether it says so, and whether whoever waits for it has heard. */
  async function settled(it: ProbeBatch): Promise<[boolean, boolean]> {
    const heard = await Promise.race([it.settled.then(() => true), Promise.resolve().then(() => false)]);
    return [it.isSettled, heard];
  }

  test('when each topic was delivered once, also before it is answered.', async () => {
    const it = new ProbeBatch(['a', 'b'], false, 0);
    it.stored('a', message('1'), 1);
    it.stored('a', message('2'), 2);
    it.stored('c', message('3'), 2);
    expect(await settled(it)).toEqual([false, false]);
    it.stored('b', message('1'), 3);
    expect(await settled(it)).toEqual([true, true]);
    it.answered(['a', 'b'], 0, 4);
    expect(it.isSettled).toBe(true);
  });

  test('when the rest was refused, of which nothing can come.', async () => {
    const it = new ProbeBatch(['a', 'b', 'c'], false, 0);
    it.stored('a', message('1'), 1);
    it.answered(['a', 'b'], 135, 2);
    it.answered(['c'], 0, 2);
    expect(await settled(it)).toEqual([false, false]);
    it.stored('b', message('1'), 3);
    it.stored('c', message('1'), 3);
    expect(await settled(it)).toEqual([true, true]);
    const silent = new ProbeBatch(['a', 'b'], false, 0);
    silent.answered(['a', 'b'], null, 2);
    expect(await settled(silent)).toEqual([true, true]);
  });

  test('by messages without the flag only on a broker that leaves it out, each topic once.', async () => {
    for (const leavesOutFlag of [false, true]) {
      const it = new ProbeBatch(['a', 'b', 'c'], false, 0, leavesOutFlag);
      it.live('a', true);
      it.live('a', true);
      it.live('b', false);
      it.stored('a', message('1'), 1);
      it.live('b', true);
      it.answered(['a', 'b'], 135, 2);
      // “a” and “b” are over whatever the broker is like.
      expect(await settled(it)).toEqual([false, false]);
      it.live('c', true);
      expect(await settled(it)).toEqual([leavesOutFlag, leavesOutFlag]);
      it.answered(['c'], 0, 3);
      it.fenced(true, 4);
      // It is not known to be stored all the same.
      expect(it.result('c')).toEqual({ kind: 'incomplete', why: { kind: 'changing' } });
    }
  });
});
