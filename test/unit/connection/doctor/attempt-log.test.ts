import { describe, expect, test } from 'vitest';
import { AttemptLog } from '../../../../src-main/connection/doctor/attempt-log.ts';
import type { LinkEnd } from '../../../../src-main/connection/link/link.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionAttempt } from '../../../../src-main/contract/session/connection-history.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const end = (code: string, more: Partial<LinkEnd> = {}): LinkEnd => ({
  ending: { failure: failed(code, `It was ${code}.`, 'Wait.'), retry: 'later' },
  by: 'remote',
  code: null,
  versionUnknown: false,
  ...more,
});

function open() {
  const clock = new ManualClock();
  return { clock, log: new AttemptLog(clock) };
}

describe('attempts', () => {
  test('are listed with their outcome, in the form of the contract', () => {
    const { clock, log } = open();
    const startedAt = clock.wall();
    log.started(1, '5');
    log.phase('resolving', 'broker.test');
    log.phase('connecting', '127.0.0.1:1883');
    clock.advance(250);
    log.online(true, [{ phase: 'resolving', ms: 3 }]);
    clock.advance(5_000);
    log.ended(end('closed', { code: 139 }), [{ phase: 'connecting', ms: 250 }], null);
    const [one] = log.since(0).map((each) => ConnectionAttempt.parse(each));
    expect(one).toMatchObject({
      startedAt,
      onlineAt: startedAt + 250,
      endedAt: startedAt + 5_250,
      waitedMs: 0,
      attempt: 1,
      version: '5',
      address: '127.0.0.1:1883',
      by: 'remote',
      sessionPresent: true,
      phases: [{ phase: 'connecting', ms: 250 }],
      reason: { code: 'closed', message: 'It was closed.', advice: 'Wait.' },
    });
    expect(log.facts()).toMatchObject([{ code: 139, failure: 'closed', phase: 'online', by: 'remote' }]);
  });

  test('are not one’s own address while only a name is looked up', () => {
    const { log } = open();
    log.started(1, '5');
    log.phase('resolving', 'broker.test');
    expect(log.since(0)[0]?.address).toBe('');
  });

  test('count what was waited since the one before, unless the user ended that', () => {
    const { clock, log } = open();
    log.started(1, '5');
    log.ended(end('refused'), [], null);
    clock.advance(700);
    log.started(2, '5');
    log.ended(null, [], null);
    clock.advance(90_000);
    log.started(1, '5');
    expect(log.since(0).map(({ waitedMs }) => waitedMs)).toEqual([0, 700, 0]);
  });

  test('count no wait by a clock that is set', () => {
    const { clock, log } = open();
    log.started(1, '5');
    log.ended(end('refused'), [], null);
    clock.ahead = -3_600_000;
    clock.advance(500);
    log.started(2, '5');
    expect(log.since(0)[1]?.waitedMs).toBe(500);
  });

  test('that the user ended have no reason', () => {
    const { log } = open();
    log.started(1, '5');
    log.ended(null, [], null);
    expect(log.since(0)).toMatchObject([{ by: 'user', reason: null }]);
    expect(log.facts()).toMatchObject([{ by: 'user', failure: '', message: '', code: null }]);
  });

  test('that are over change no more', () => {
    const { log } = open();
    log.started(1, '5');
    log.ended(end('refused'), [], null);
    const { revision } = log;
    log.phase('connecting', 'late');
    log.online(true, []);
    log.ended(end('other'), [], null);
    expect([log.revision, log.current]).toEqual([revision, null]);
    expect(log.since(0)[0]?.reason?.code).toBe('refused');
  });

  test('are sent once for each change to whoever follows', () => {
    const { log } = open();
    log.started(1, '5');
    log.ended(end('refused'), [], null);
    const seen = log.revision;
    expect(log.since(seen)).toEqual([]);
    log.started(2, '5');
    log.phase('connecting', 'a');
    log.phase('handshaking', 'b');
    expect(log.since(seen).map(({ attempt, address }) => [attempt, address])).toEqual([[2, 'b']]);
  });

  test('have names of their own, also of one moment, and only the last hundred are kept', () => {
    const { log } = open();
    for (let i = 1; i <= 130; i++) {
      log.started(i, '5');
      log.ended(end('refused'), [], null);
    }
    const all = log.since(0);
    expect([all.length, all[0]?.attempt]).toEqual([100, 31]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(100);
    expect(log.facts()).toHaveLength(100);
  });

  test('stay within the bounds of the contract, whatever a broker says', () => {
    const { log } = open();
    log.started(1, '5');
    log.phase('connecting', 'x'.repeat(10_000));
    const failure = failed('c'.repeat(500), 'm'.repeat(50_000), 'a'.repeat(50_000));
    const phases = Array.from({ length: 50 }, () => ({ phase: 'connecting', ms: 1 }));
    log.ended({ ...end('x'), ending: { failure, retry: 'later' } }, phases, null);
    expect(ConnectionAttempt.parse(log.since(0)[0]).reason?.message).toHaveLength(2_000);
  });
});
