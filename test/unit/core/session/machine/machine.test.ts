import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionState } from '../../../../../src-main/contract/model/model.ts';
import {
  idle,
  step,
  type Online,
  type SessionEvent,
  type SessionModel,
} from '../../../../../src-main/core/session/machine/machine.ts';
import type { Ending } from '../../../../../src-main/core/session/failures/reasons.ts';
import { versionMemory } from '../../../../../src-main/core/session/machine/version.ts';

const backOff = { minMs: 1_000, maxMs: 30_000 };
const later: Ending = { failure: failed('refused', 'Refused.'), retry: 'later' };
const never: Ending = { failure: failed('connack-135', 'Not allowed.'), retry: 'never' };

function machine(wanted: 'auto' | '5' | '3.1.1' = 'auto') {
  let model: SessionModel = idle(versionMemory(wanted));
  let now = 1_000_000;
  return {
    get state(): ConnectionState {
      return model.state;
    },
    pass: (ms: number) => void (now += ms),
    send(event: SessionEvent) {
      const result = step(model, event, { now, random: 0, backOff });
      model = result.model;
      return result.effect;
    },
    end(ending: Ending, versionUnknown = false) {
      return this.send({ kind: 'ended', ending, versionUnknown });
    },
    online(version: Online['version'] = '5') {
      const state: Online = {
        kind: 'online',
        since: now,
        version,
        address: '127.0.0.1:1883',
        clientId: 'x',
        sessionPresent: false,
        keepAlive: 60,
        keepAliveBy: 'client',
        limits: {},
        tls: null,
      };
      return this.send({ kind: 'online', state });
    },
  };
}

test('A clock that is set back by a day changes neither how long a state lasts nor when the next attempt is due.', () => {
  const DAY = 86_400_000;
  const m = machine('5');
  m.send({ kind: 'set-back', ms: DAY });
  expect(m.state).toEqual({ kind: 'idle' });
  m.send({ kind: 'connect' });
  m.pass(300);
  const back = () => {
    m.pass(-DAY);
    expect(m.send({ kind: 'set-back', ms: DAY })).toBeNull();
  };
  back();
  expect(m.state).toMatchObject({ kind: 'resolving', since: 1_000_000 - DAY });
  m.online();
  m.pass(60_000);
  back();
  expect(m.state).toMatchObject({ kind: 'online', since: 1_000_300 - 2 * DAY });
  // The session was a real one: the first attempt after it comes at once.
  expect(m.end(later)).toEqual({ kind: 'wait', ms: 0 });
  m.send({ kind: 'due' });
  m.pass(60_000);
  back();
  // And the outage is no young one any more.
  const wait = m.end(later);
  expect(wait).toMatchObject({ kind: 'wait' });
  const retryAt = m.state.kind === 'waiting' ? m.state.retryAt : NaN;
  back();
  expect(m.state).toMatchObject({ kind: 'waiting', retryAt: retryAt - DAY });
  const same = machine('5');
  same.send({ kind: 'connect' });
  same.online();
  same.pass(60_000);
  same.end(later);
  same.send({ kind: 'due' });
  same.pass(60_000);
  expect(same.end(later)).toEqual(wait);
});

test('It goes through the phases to online, each with what a person needs to know.', () => {
  const m = machine('5');
  expect(m.send({ kind: 'connect' })).toEqual({ kind: 'start', version: '5' });
  const seen: string[] = [];
  for (const phase of ['resolving', 'connecting', 'securing', 'upgrading', 'handshaking'] as const) {
    m.send({ kind: 'phase', phase, at: phase === 'resolving' ? 'broker' : '10.0.0.1:8884' });
    seen.push(m.state.kind);
  }
  expect(seen).toEqual(['resolving', 'connecting', 'securing', 'handshaking', 'handshaking']);
  expect(m.state).toMatchObject({ attempt: 1, address: '10.0.0.1:8884', version: '5' });
  m.online();
  expect(m.state.kind).toBe('online');
});

test('What can pass is tried again with growing waits; the user may cut a wait short or end it.', () => {
  const m = machine();
  m.send({ kind: 'connect' });
  const waits = [1, 2, 3].map(() => {
    const effect = m.end(later);
    const { state } = m;
    m.send({ kind: 'due' });
    return [effect?.kind, state.kind, state.kind === 'waiting' ? state.attempt : 0];
  });
  expect(waits).toEqual([
    ['wait', 'waiting', 2],
    ['wait', 'waiting', 3],
    ['wait', 'waiting', 4],
  ]);
  m.end(later);
  expect(m.send({ kind: 'retry-now' })).toMatchObject({ kind: 'start' });
  m.end(later);
  expect(m.send({ kind: 'disconnect' })).toEqual({ kind: 'close' });
  expect(m.state).toMatchObject({ kind: 'stopped', why: null });
  expect(m.send({ kind: 'due' })).toBeNull();
});

test('Where trying again cannot help, it stops and says why, until the user asks again.', () => {
  const m = machine();
  m.send({ kind: 'connect' });
  expect(m.end(never)).toEqual({ kind: 'close' });
  expect(m.state).toMatchObject({ kind: 'stopped', why: { code: 'connack-135' } });
  expect(m.send({ kind: 'due' })).toBeNull();
  expect(m.send({ kind: 'retry-now' })).toMatchObject({ kind: 'start' });
});

test('After a lost session it tries almost at once, then about every second; a refusal ends that.', () => {
  const m = machine('5');
  m.send({ kind: 'connect' });
  m.online();
  m.pass(3_000);
  const first = m.end(later);
  expect(first).toEqual({ kind: 'wait', ms: 0 });
  m.send({ kind: 'due' });
  expect(m.end(later)).toEqual({ kind: 'wait', ms: 700 });
  m.send({ kind: 'due' });
  expect(m.end({ failure: failed('connack-137', 'Busy.'), retry: 'slowly' })).toEqual({
    kind: 'wait',
    ms: backOff.minMs,
  });
});

test('Auto tries 5, then at once 3.1.1; what worked is remembered.', () => {
  const m = machine('auto');
  expect(m.send({ kind: 'connect' })).toEqual({ kind: 'start', version: '5' });
  expect(m.end(never, true)).toEqual({ kind: 'start', version: '3.1.1' });
  m.online('3.1.1');
  m.end(later);
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '3.1.1' });
  // A broker that is proven is not doubted because it closes during CONNECT once.
  m.end(later, true);
  expect(m.state.kind).toBe('waiting');
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '3.1.1' });
});

test('One connection that broke before its CONNACK does not condemn version 5; a habit of it does.', () => {
  const m = machine('auto');
  m.send({ kind: 'connect' });
  expect(m.end(later, true)).toEqual({ kind: 'start', version: '3.1.1' });
  m.online('3.1.1');
  m.end(later);
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '5' });
  expect(m.end(later, true)).toEqual({ kind: 'start', version: '3.1.1' });
  m.online('3.1.1');
  m.end(later);
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '3.1.1' });
});

test('A broker back with version 5 after one bad start is met with version 5 from then on.', () => {
  const m = machine('auto');
  m.send({ kind: 'connect' });
  m.end(later, true);
  m.online('3.1.1');
  m.end(later);
  m.send({ kind: 'due' });
  m.online('5');
  m.end(later);
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '5' });
  // Version 5 is proven: a close is no reason to doubt it.
  expect(m.end(later, true)).toMatchObject({ kind: 'wait' });
});

test('If 3.1.1 does not help either, the reason is shown and the next attempt starts from 5.', () => {
  const m = machine('auto');
  m.send({ kind: 'connect' });
  m.end(later, true);
  expect(m.end(later, true)).toMatchObject({ kind: 'wait' });
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '5' });
});

test('Another broker in the place of the one that was proven is met with the version it knows.', () => {
  const m = machine('auto');
  m.send({ kind: 'connect' });
  m.online('5');
  m.end(later);
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '5' });
  expect(m.end(never, true)).toEqual({ kind: 'start', version: '3.1.1' });
  m.online('3.1.1');
  m.end(later);
  // And back again: first 5, and where both are refused it stops.
  expect(m.send({ kind: 'due' })).toEqual({ kind: 'start', version: '3.1.1' });
  expect(m.end(never, true)).toEqual({ kind: 'start', version: '5' });
  expect(m.end(never, true)).toEqual({ kind: 'start', version: '3.1.1' });
  expect(m.end(never, true)).toEqual({ kind: 'close' });
});

test('A version that the user chose is never replaced by another.', () => {
  const m = machine('5');
  m.send({ kind: 'connect' });
  expect(m.end(never, true)).toEqual({ kind: 'close' });
  expect(m.state.kind).toBe('stopped');
});

test('Events of an attempt that is no longer wanted change nothing.', () => {
  const m = machine();
  m.send({ kind: 'connect' });
  m.send({ kind: 'disconnect' });
  const before = m.state;
  m.send({ kind: 'phase', phase: 'connecting', at: 'x' });
  m.online();
  m.end(later);
  expect(m.state).toBe(before);
});
