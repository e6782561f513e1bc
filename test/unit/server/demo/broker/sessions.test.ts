import { describe, expect, test } from 'vitest';
import { Sessions } from '../../../../../src-main/server/demo/broker/sessions.ts';
import type { Session } from '../../../../../src-main/server/demo/broker/session.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const WILL = { topic: 'a/state', payload: Buffer.from('offline'), qos: 0, retain: false } as const;

function opened() {
  const clock = new ManualClock();
  const wills: string[] = [];
  const sessions = new Sessions(clock, { sent: 0, dropped: 0 }, (session: Session) => {
    if (session.will !== undefined) wills.push(session.clientId);
    session.will = undefined;
  });
  /** A client whose link is gone. */
  const left = (expirySeconds: number, willDelayInterval: number | null = null) => {
    const { session } = sessions.open('a', false);
    session.expirySeconds = expirySeconds;
    if (willDelayInterval !== null) session.will = { ...WILL, properties: { willDelayInterval } };
    sessions.rest(session);
    return session;
  };
  return { clock, wills, sessions, left };
}

describe('A session', () => {
  test('is found again by its client ID, unless it is to begin anew', () => {
    const { sessions } = opened();
    const first = sessions.open('a', false);
    expect(first.present).toBe(false);
    expect(sessions.open('a', false)).toEqual({ session: first.session, present: true });
    const anew = sessions.open('a', true);
    expect([anew.present, anew.session === first.session]).toEqual([false, false]);
    expect([...sessions.all()]).toEqual([anew.session]);
  });

  test('ends with its link where it is not to outlive it', () => {
    const { sessions, left } = opened();
    left(0);
    expect(sessions.get('a')).toBeUndefined();
  });

  test('outlives its link for its time, and as long as the broker where that is without end', () => {
    const { clock, sessions, left } = opened();
    left(10);
    clock.advance(9_999);
    expect(sessions.get('a')).toBeDefined();
    clock.advance(1);
    expect(sessions.get('a')).toBeUndefined();
    left(Infinity);
    expect(clock.pending).toBe(0);
    clock.advance(10 ** 9);
    expect(sessions.get('a')).toBeDefined();
  });

  test('that is taken up again in time does not end afterwards', () => {
    const { clock, sessions, left } = opened();
    const session = left(10);
    clock.advance(5_000);
    expect(sessions.open('a', false).session).toBe(session);
    clock.advance(60_000);
    expect(sessions.get('a')).toBe(session);
  });
});

describe('A will', () => {
  test('is sent at once where it has no delay', () => {
    const { wills, left } = opened();
    left(10, 0);
    expect(wills).toEqual(['a']);
  });

  test('is sent after its delay, or with the end of the session where that comes before', () => {
    const { clock, wills, sessions, left } = opened();
    left(60, 5);
    clock.advance(4_999);
    expect(wills).toEqual([]);
    clock.advance(1);
    expect([wills.length, sessions.get('a') === undefined]).toEqual([1, false]);
    clock.advance(55_000);
    expect(sessions.get('a')).toBeUndefined();
    left(3, 5);
    clock.advance(3_000);
    expect([wills.length, sessions.get('a')]).toEqual([2, undefined]);
  });

  test('is not sent for a client that is back before', () => {
    const { clock, wills, sessions, left } = opened();
    left(60, 5);
    clock.advance(4_000);
    sessions.open('a', false);
    clock.advance(60_000);
    expect(wills).toEqual([]);
  });

  test('is sent for one that begins anew meanwhile, as its session ends then', () => {
    const { wills, sessions, left } = opened();
    left(60, 5);
    sessions.open('a', true);
    expect(wills).toEqual(['a']);
  });
});

test('There is a bound of sessions, and closing leaves neither one nor a timer.', () => {
  const { clock, sessions, left } = opened();
  for (let at = 0; at < 1_999; at++) sessions.open(`client-${at}`, false);
  expect(sessions.full).toBe(false);
  left(60, 5);
  expect(sessions.full).toBe(true);
  sessions.close();
  expect([clock.pending, [...sessions.all()]]).toEqual([0, []]);
});
