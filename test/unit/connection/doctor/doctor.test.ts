import { afterEach, describe, expect, test } from 'vitest';
import { LogRing } from '../../../../src-main/connection/base/log-ring.ts';
import { Doctor } from '../../../../src-main/connection/doctor/doctor.ts';
import { Packets } from '../../../../src-main/connection/doctor/packets.ts';
import type { Link, LinkEnd } from '../../../../src-main/connection/link/link.ts';
import { SessionMemory } from '../../../../src-main/connection/link/session-memory.ts';
import { Publisher } from '../../../../src-main/connection/publish/publisher.ts';
import type { AcceptedSession } from '../../../../src-main/connection/session/broker-session.ts';
import { Subscriptions } from '../../../../src-main/connection/subscriptions/subscriptions.ts';
import { CountingIntake } from '../../../../src-main/connection/intake/counting-intake.ts';
import { TopicWorkspace } from '../../../../src-main/connection/workspace/topic-workspace.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ServiceLimits } from '../../../../src-main/contract/model/connect-fields.ts';
import { ConnectionOptions, type ConnectionState } from '../../../../src-main/contract/model/model.ts';
import { RttHistory } from '../../../../src-main/core/session/machine/rtt.ts';
import { connack, openLink } from '../../../support/fake-link.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const end = (code: string, by: LinkEnd['by'] = 'remote'): LinkEnd => ({
  ending: { failure: failed(code, 'It ended.', 'Wait.'), retry: 'later' },
  by,
  code: null,
  versionUnknown: false,
});

/** A doctor with all that it looks at, and no session behind it. */
function open(given: Partial<ConnectionOptions> = {}, clock = new ManualClock(), link: Link | null = null) {
  const options = ConnectionOptions.parse({
    name: 'x',
    host: 'broker.test',
    port: 1883,
    protocol: 'mqtt',
    clientId: 'ours',
    ...given,
  });
  const log = new LogRing(clock.wall);
  const workspace = new TopicWorkspace({
    limits: { memoryBytes: 16 * 2 ** 20, topicCap: 1_000 },
    seed: 7,
    clock,
    shedding: () => undefined,
  });
  const publisher = new Publisher(new SessionMemory(0), clock, () => undefined);
  const subscriptions = new Subscriptions({
    requests: options.subscriptions,
    service: ServiceLimits.parse({}),
    intake: new CountingIntake(workspace.intake, () => undefined),
    clock,
    changed: () => undefined,
    scanBegins: () => undefined,
  });
  const setBacks: number[] = [];
  const session = {
    clientId: options.clientId,
    link,
    phases: () => [],
    rtt: new RttHistory(),
    state: { kind: 'idle' } as ConnectionState,
    setBack: (ms: number) => void setBacks.push(ms),
  };
  const doctor = new Doctor({
    options,
    workspace,
    subscriptions,
    publisher,
    packets: new Packets(clock),
    log,
    session,
    clock,
  });
  /** A session from its CONNACK to its end, as the connection reports it. */
  const run = (how: LinkEnd, ms: number, byUs = false, sessionPresent = false) => {
    doctor.attempts.started(1, '5');
    doctor.accepted({ connack: { sessionPresent }, link: { version: '5' } } as unknown as AcceptedSession);
    clock.advance(ms);
    const one = { tap: { lastReceivedAt: clock.now(), lastSentAt: clock.now() }, keepAliveMs: 60_000 };
    return doctor.ended(how, one as unknown as Link, byUs);
  };
  const lines = () => log.entries().map(({ level, text }) => `${level}: ${text}`);
  return { setBacks, clock, doctor, log, publisher, run, lines };
}

describe('a fight for the client ID', () => {
  test('is seen after three short sessions that the broker ended without a reason: retries stop', () => {
    const { run, doctor } = open();
    expect(run(end('closed'), 4_000).retry).toBe('later');
    expect(run(end('reset'), 4_000).retry).toBe('later');
    const third = run(end('closed'), 4_000);
    expect(third).toMatchObject({ retry: 'never', failure: { code: 'taken-over' } });
    expect(third.failure.message).toContain('“ours”');
    expect(doctor.verdicts().length).toBeGreaterThan(0);
  });

  test.each([
    ['one of the sessions was long', {}, [4_000, 40_000, 4_000], ['closed', 'closed', 'closed']],
    ['one had a reason', {}, [4_000, 4_000, 4_000], ['closed', 'keep-alive', 'closed']],
    [
      'the client ID is one that we made up',
      { clientId: '' },
      [4_000, 4_000, 4_000],
      ['closed', 'closed', 'closed'],
    ],
  ])('is none where %s', (_what, options, lasted, codes) => {
    const { run } = open(options);
    const endings = lasted.map((ms, i) => run(end(codes[i] ?? ''), ms).retry);
    expect(endings).toEqual(['later', 'later', 'later']);
  });

  test('is none where we ended them, and what was to stop anyway stops for its own reason', () => {
    const { run } = open();
    for (let i = 0; i < 4; i++) expect(run(end('closed', 'local'), 4_000, true).retry).toBe('later');
    const stopped = {
      ...end('closed'),
      ending: { failure: failed('banned', 'x', ''), retry: 'never' as const },
    };
    run(stopped, 1_000);
    expect(run(stopped, 1_000).failure.code).toBe('banned');
  });
});

describe('what became of the session', () => {
  test('is new, resumed, or lost where there was one that was to be kept', () => {
    const { doctor, run } = open({ cleanStart: false });
    run(end('closed'), 60_000);
    expect(doctor.facts().outcome).toMatchObject({ kind: 'new' });
    run(end('closed'), 60_000, false, true);
    expect(doctor.facts().outcome).toMatchObject({ kind: 'resumed' });
    expect(doctor.facts().outcome?.text).toContain('kept the session');
  });

  test('says before the first one that nothing is known', () => {
    const { doctor } = open();
    expect(doctor.facts()).toMatchObject({ outcome: null, inFlight: [], inFlightTotal: 0 });
    expect(doctor.summary()).toBeNull();
  });
});

describe('once a second', () => {
  test('it looks by itself until it is closed, and leaves no timer', () => {
    const { clock, doctor } = open();
    const before = clock.pending;
    let looks = 0;
    doctor.look = () => void looks++;
    clock.advance(10_000);
    expect([looks, clock.pending]).toEqual([10, before]);
    doctor.close();
    // Whoever else waits for the same tick has its timer still.
    expect(clock.pending).toBeLessThanOrEqual(before);
    clock.advance(10_000);
    expect(looks).toBe(10);
  });

  test('a clock that jumped is reported, and has the link checked at once', async () => {
    const opened = openLink({ keepAlive: 600 });
    await opened.turns();
    await opened.send(connack());
    const { clock, doctor, lines, setBacks } = open({}, opened.clock, opened.link);
    clock.advance(2_000);
    const pings = () => opened.sent().filter((kind) => kind === 'pingreq').length;
    await opened.turns();
    expect(pings()).toBe(0);
    // The computer slept: the wall clock went on, and the steady one stood still.
    clock.ahead += 120_000;
    clock.advance(1_000);
    await opened.turns();
    expect(lines()[0]).toMatch(/^warn: Nothing ran here for 120 s/);
    expect(pings()).toBe(1);
    expect(doctor.clocks.gaps).toHaveLength(1);
    clock.ahead -= 30_000;
    clock.advance(1_000);
    expect(lines().at(-1)).toMatch(/set back by 30 s/);
    // The session lasts as long as it did; of a sleep it is longer by that.
    expect(setBacks).toEqual([30_000]);
    doctor.close();
  });

  test('a finding is a line in the log once, however long it stays', () => {
    const { clock, doctor, run, lines } = open();
    for (let i = 0; i < 3; i++) run(end('closed'), 500);
    clock.advance(1_000);
    const reported = lines();
    expect(reported.length).toBeGreaterThan(0);
    clock.advance(20_000);
    expect(lines()).toEqual(reported);
    const [first] = doctor.verdicts();
    const report = doctor.report(first?.id ?? '');
    expect(report).toMatchObject({ kind: 'report' });
    expect('text' in report && report.text).toContain('client ID ours');
    expect(doctor.report('none')).toMatchObject({ code: 'no-verdict' });
  });
});

test('Publishes that nobody is subscribed to are counted, and become a finding.', () => {
  const { clock, doctor, publisher } = open();
  const message = { topic: 'plant/nobody', payload: new Uint8Array(1), qos: 1 as const, retain: false };
  for (let id = 1; id <= 30; id++) publisher.acknowledged(message, 16, id);
  clock.advance(1_000);
  expect(doctor.verdicts().some((one) => JSON.stringify(one).includes('plant/nobody'))).toBe(true);
  doctor.close();
});
