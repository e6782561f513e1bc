import { afterEach, describe, expect, test } from 'vitest';
import { SubscriptionRequest } from '../../../src-main/contract/model/model.ts';
import type { Verdict, VerdictRule } from '../../../src-main/contract/model/verdicts.ts';
import { certificates, makeCertificate } from '../../support/tls/certificates.ts';
import { refuseSubscribe, startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed, type Opened } from './open-connection.ts';
import { systemClock } from '../../../src-main/connection/base/clock.ts';

afterEach(teardown);

const text = (words: string): Uint8Array => Buffer.from(words);
const message = (topic: string, qos: 0 | 1 | 2 = 0) => ({ topic, payload: text('x'), qos, retain: false });

/** The verdict of that rule as soon as it is there. */
async function verdict(opened: Opened, rule: VerdictRule): Promise<Verdict> {
  const { doctor } = opened.connection;
  const find = (): Verdict | undefined => doctor.verdicts().find((one) => one.rule === rule && !one.over);
  await opened.eventually(
    `verdict ${rule}`,
    () => find() !== undefined,
    undefined,
    () => doctor.verdicts(),
  );
  const found = find();
  if (!found) throw new Error('gone again');
  return found;
}

const rules = ({ connection }: Opened): VerdictRule[] =>
  connection.doctor
    .verdicts()
    .filter(({ over }) => !over)
    .map(({ rule }) => rule);

describe('A broker that ends the session over a PUBLISH that it refuses', () => {
  test.each([1, 2] as const)(
    'is connected to again at once at QoS %i; the topic is named, and not the password.',
    async (qos) => {
      const broker = await startFakeBroker({ habits: ['ends-over-refused-publish'] });
      const opened = openConnection({ port: broker.port, clientId: 'ours', username: 'u', version: '5' });
      await subscribed(opened);
      const { publisher, log, session } = opened.connection;
      const sent = await Promise.all([
        publisher.publish(message('denied/a', qos)),
        publisher.publish(message('free/a', qos)),
      ]);
      expect(sent).toMatchObject([{ kind: 'refused', code: 135 }, { kind: 'unknown' }]);
      await opened.eventually('a second session', () => session.connects === 2);
      const found = await verdict(opened, 'closed-after-publish');
      expect(found.title).toContain('“denied/a”');
      expect(found.proof[0]?.text).toContain('refused');
      // It is over the one that was refused: the other is not to blame.
      expect(publisher.quarantine.list()).toEqual([]);
      expect(JSON.stringify(log.entries())).not.toMatch(/username|password|not tried again/i);
    },
  );

  test('at QoS 0 it is that message, which is named as well.', async () => {
    const broker = await startFakeBroker({ habits: ['ends-over-refused-publish'] });
    const opened = openConnection({ port: broker.port, version: '5' });
    await subscribed(opened);
    await opened.connection.publisher.publish(message('denied/a'));
    await opened.eventually('a second session', () => opened.connection.session.connects === 2);
    expect((await verdict(opened, 'closed-after-publish')).title).toContain('“denied/a”');
  });
});

describe('Who shares a client ID', () => {
  test('With reason code 142 the verdict names it, and nothing is tried again.', async () => {
    const broker = await startFakeBroker();
    const first = openConnection({ port: broker.port, clientId: 'same' });
    await subscribed(first);
    const second = openConnection({ port: broker.port, clientId: 'same' });
    await first.until('stopped');
    const found = await verdict(first, 'taken-over');
    expect(found).toMatchObject({ severity: 'error', title: 'Another client uses the client ID “same”' });
    expect(found.proof.at(-1)?.text).toContain('142');
    expect(first.connection.doctor.summary()).toMatchObject({
      id: 'taken-over',
      severity: 'error',
      count: 1,
    });
    await second.until('online');
  });

  test('An attempt of our own that a broker which hung reads late is nobody else: it is tried again.', async () => {
    const broker = await startFakeBroker({ habits: ['reads-old-connect-last'] });
    const opened = openConnection({
      port: broker.port,
      clientId: 'ours',
      version: '5',
      connectTimeoutMs: 500,
    });
    await subscribed(opened);
    expect(broker.all('connect')).toHaveLength(3);
    const { log, doctor } = opened.connection;
    const [taken] = log.entries().filter(({ text }) => text.includes('earlier attempt'));
    expect(taken?.detail).toContain('the next attempt follows');
    expect(doctor.verdicts().map(({ rule }) => rule)).not.toContain('taken-over');
    expect(JSON.stringify([log.entries(), doctor.attempts.since(0)])).not.toMatch(/another client/i);
  });

  test('Without a reason, as before MQTT 5, three short sessions in a row stop one of the two for good.', async () => {
    const broker = await startMosquitto();
    const shared = { port: broker.port, clientId: 'same', version: '3.1.1' as const, subscriptions: [] };
    const one = openConnection(shared);
    await one.until('online');
    const other = openConnection(shared);
    await one.eventually('an end of the fight', () =>
      [one, other].some(({ connection }) => connection.state.kind === 'stopped'),
    );
    const loser = one.connection.state.kind === 'stopped' ? one : other;
    const winner = loser === one ? other : one;
    const { why } = await loser.until('stopped');
    expect(why?.code).toBe('taken-over');
    expect((await verdict(loser, 'taken-over')).proof).toHaveLength(3);
    await winner.until('online');
    expect(loser.connection.session.connects).toBeLessThanOrEqual(4);
  });

  test('An id that we made up is nobody else’s: a broker that closes again and again is retried.', async () => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port, version: '3.1.1' });
    for (let i = 1; i <= 4; i++) {
      await opened.eventually(`session ${i}`, () => opened.connection.session.connects === i);
      await subscribed(opened);
      broker.links[0]?.end();
    }
    expect(opened.kinds()).not.toContain('stopped');
    expect(rules(opened)).not.toContain('taken-over');
  });
});

describe('A broker that is not well', () => {
  test('Frozen (SIGSTOP): named before the link is given up, and over when it answers again.', async () => {
    const broker = await startMosquitto();
    const opened = openConnection({ port: broker.port, keepAlive: 3, connectTimeoutMs: 1_000 });
    await subscribed(opened);
    broker.freeze();
    const at = performance.now();
    const found = await verdict(opened, 'broker-frozen');
    expect(performance.now() - at).toBeLessThan(4_500);
    expect(opened.connection.state.kind).toBe('online');
    expect(found.proof.some(({ text: words }) => words.includes('PINGREQ'))).toBe(true);
    await opened.until('waiting');
    // The port still takes connections, and nobody answers.
    expect((await verdict(opened, 'broker-frozen')).severity).toBe('error');
    broker.thaw();
    await opened.until('online');
    expect(rules(opened)).not.toContain('broker-frozen');
    expect(
      opened.connection.doctor.verdicts().some(({ rule, over }) => rule === 'broker-frozen' && over),
    ).toBe(true);
  });

  test('Killed (kill -9): named with the refused attempts, and over when it is back.', async () => {
    const broker = await startMosquitto();
    const opened = openConnection({ port: broker.port });
    await subscribed(opened);
    await broker.kill();
    const found = await verdict(opened, 'broker-gone');
    expect(found.title).toBe('The broker has stopped');
    expect(found.proof.at(-1)?.text).toContain('refused');
    await broker.restart();
    await opened.until('online');
    expect(rules(opened)).not.toContain('broker-gone');
  });

  test('A throttled link: the answer is late, and the connection stays.', async () => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port, keepAlive: 60 });
    await subscribed(opened);
    broker.shape.write = 40_000;
    broker.broker.publish({ topic: 'big', payload: Buffer.alloc(90_000), qos: 0, retain: false });
    const answer = await opened.connection.pingNow();
    expect(answer).toMatchObject({ kind: 'answered' });
    // A verdict of the moment before it was answered may still stand: it said that no answer had come.
    const { doctor } = opened.connection;
    const proof = (): string | undefined =>
      doctor
        .verdicts()
        .find(({ rule, over }) => rule === 'late-answers' && !over)
        ?.proof.at(-1)?.text;
    await opened.eventually(
      'how long the answer took',
      () => /took \d/.test(proof() ?? ''),
      undefined,
      proof,
    );
    expect(opened.kinds()).not.toContain('waiting');
  });

  test('Links that die in silence while the broker is well: half-open, and twice: the keep-alive is too long.', async () => {
    const broker = await startFakeBroker({ hooks: { pingreq: () => 'ignore' } });
    const opened = openConnection({ port: broker.port, keepAlive: 1, subscriptions: [] });
    await opened.until('online');
    await opened.eventually('a second session', () => opened.connection.session.connects === 2);
    expect((await verdict(opened, 'half-open')).proof.at(-1)?.text).toContain('broker itself was well');
    expect(rules(opened)).not.toContain('keep-alive-too-long');
    await opened.eventually('a third session', () => opened.connection.session.connects === 3);
    const found = await verdict(opened, 'keep-alive-too-long');
    expect(found.proof).toHaveLength(2);
    expect(found.advice).toContain('0.5 s');
  });

  test('Messages dropped at a full queue are known from $SYS; a queue at its limit after a resume as well.', async () => {
    const broker = await startMosquitto({ config: ['sys_interval 1'] });
    const away = {
      port: broker.port,
      version: '5' as const,
      clientId: 'away',
      cleanStart: false,
      sessionExpiry: 300,
      subscriptions: [{ filter: 'q/#', qos: 1 as const }],
    };
    const sleeper = openConnection(away);
    await subscribed(sleeper, 'q/#');
    sleeper.connection.disconnect();
    await sleeper.until('stopped');
    const watcher = openConnection({ port: broker.port });
    await watcher.eventually(
      'a first count',
      () => watcher.latest('$SYS/broker/publish/messages/dropped') !== null,
    );
    watcher.connection.doctor.look();
    for (let i = 0; i < 1_500; i += 500) {
      const batch = Array.from({ length: 500 }, () =>
        watcher.connection.publisher.publish(message('q/a', 1)),
      );
      await Promise.all(batch);
    }
    const dropped = await verdict(watcher, 'broker-drops');
    expect(dropped.proof.at(-1)?.text).toMatch(/It is \d+\./);
    sleeper.connection.connect();
    await sleeper.until('online');
    const full = await verdict(sleeper, 'queue-limit');
    expect(full.title).toContain('queue of the broker was probably full');
    const { outcome } = sleeper.diagnostics().facts;
    expect(outcome).toMatchObject({ kind: 'resumed' });
    expect(outcome?.queued).toBeGreaterThanOrEqual(1_000);
    expect(outcome?.queued).toBeLessThanOrEqual(1_020);
  });

  test('Retained messages that the broker counts and did not send.', async () => {
    const topic = '$SYS/broker/retained messages/count';
    const broker = await startFakeBroker();
    for (let i = 0; i < 10; i++) {
      broker.broker.publish({ topic: `a/${i}`, payload: Buffer.from('x'), qos: 0, retain: true });
    }
    const opened = openConnection({ port: broker.port });
    await subscribed(opened);
    await opened.eventually('the end of the scan', () => !opened.connection.store.facts.scanning);
    // As mosquitto publishes it, by itself and every few seconds.
    broker.broker.publish({ topic, payload: Buffer.from('5000'), qos: 0, retain: true });
    expect((await verdict(opened, 'retained-missing')).title).toMatch(/About 4,9\d\d retained/);
  });
});

describe('What the broker does not allow', () => {
  test('A close after SUBSCRIBE, with the filter; it is left out the next time.', async () => {
    const broker = await startFakeBroker({
      hooks: { subscribe: ({ subscriptions }) => (subscriptions[0]?.topic === '#' ? 'close' : 'pass') },
    });
    const opened = openConnection({ port: broker.port });
    const found = await verdict(opened, 'closed-after-subscribe');
    expect(found.title).toContain('“#”');
    await opened.eventually(
      'a session without it',
      () => opened.connection.state.kind === 'online' && rules(opened).includes('wildcard-denied'),
    );
    expect((await verdict(opened, 'closed-after-subscribe')).severity).toBe('error');
  });

  test.each(['3.1.1', '5'] as const)(
    'A close over $SYS is quiet, and happens once: the filter is left out and shown with the subscriptions (MQTT %s).',
    async (version) => {
      const broker = await startFakeBroker({
        hooks: {
          subscribe: ({ subscriptions }) => (subscriptions[0]?.topic.startsWith('$SYS') ? 'close' : 'pass'),
        },
      });
      const opened = openConnection({ port: broker.port, version });
      const status = (filter: string) =>
        opened.connection.subscriptions.status().find((one) => one.filter === filter)?.result;
      await opened.eventually('a session with #', () => status('#')?.kind === 'granted');
      expect(status('$SYS/#')).toMatchObject({ kind: 'refused', failure: { code: 'subscribe-closed' } });
      expect(rules(opened)).toEqual([]);
      // The next outage does not bring it back either.
      for (const link of broker.links) link.end();
      await opened.eventually(
        'another session',
        () => broker.all('connect').length === 3 && status('#')?.kind === 'granted',
      );
      const asked = broker
        .all('subscribe')
        .flatMap(({ packet }) => packet.subscriptions.map(({ topic }) => topic));
      expect(asked.filter((filter) => filter === '$SYS/#')).toHaveLength(1);
      // Who asks for it by name gets another try.
      void opened.connection.subscriptions.subscribe(SubscriptionRequest.parse({ filter: '$SYS/#', qos: 0 }));
      await broker.once('subscribe');
    },
  );

  test('A refused #.', async () => {
    const broker = await startFakeBroker({
      hooks: { subscribe: refuseSubscribe(135, (filter) => filter === '#') },
    });
    const opened = openConnection({ port: broker.port });
    const found = await verdict(opened, 'wildcard-denied');
    expect(found.proof[0]?.text).toContain('135');
  });

  test('A publish that the link ends over is in quarantine: never sent again by itself, once on request.', async () => {
    const broker = await startFakeBroker({
      hooks: { publish: ({ topic }) => (topic === 'bad' ? 'close' : 'pass') },
    });
    const opened = openConnection({
      port: broker.port,
      cleanStart: false,
      sessionExpiry: 300,
      clientId: 'keeper',
      version: '5',
    });
    await subscribed(opened);
    const outcome = await opened.connection.publisher.publish(message('bad', 1));
    expect(outcome).toMatchObject({ kind: 'unknown', failure: { code: 'publish-closed' } });
    expect((await verdict(opened, 'closed-after-publish')).title).toContain('“bad”');
    await opened.until('online');
    await opened.connection.publisher.publish(message('good', 1));
    expect(broker.all('publish').filter(({ packet }) => packet.topic === 'bad')).toHaveLength(1);
    const [held] = opened.diagnostics().facts.quarantined;
    expect(held).toMatchObject({ topic: 'bad', qos: 1, size: 1 });
    expect(rules(opened)).toContain('quarantined');
    const again = await opened.handlers.retryQuarantined({ id: held?.id ?? '' });
    expect(again.kind).toBe('unknown');
    expect(broker.all('publish').filter(({ packet }) => packet.topic === 'bad')).toHaveLength(2);
    const [kept] = opened.diagnostics().facts.quarantined;
    expect(await opened.handlers.dropQuarantined({ id: kept?.id ?? '' })).toEqual({ kind: 'done' });
    expect(opened.diagnostics().facts.quarantined).toEqual([]);
    expect(await opened.handlers.dropQuarantined({ id: 'q99' })).toMatchObject({ code: 'not-in-quarantine' });
  });

  test('An access list that filters without a word.', async () => {
    const broker = await startMosquitto({ users: { ann: 'a' }, acl: ['user ann', 'topic read plant/#'] });
    const opened = openConnection({ port: broker.port, username: 'ann', password: 'a', version: '3.1.1' });
    await subscribed(opened);
    expect(await opened.connection.publisher.publish(message('plant/a', 1))).toMatchObject({
      kind: 'acknowledged',
    });
    const found = await verdict(opened, 'silent-acl');
    expect(found.proof[0]?.text).toContain('“plant/a”');
  });

  test('A granted # that brings nothing while the broker counts what others publish.', async () => {
    const broker = await startMosquitto({
      users: { ann: 'a', bob: 'b' },
      acl: ['user ann', 'topic read $SYS/#', 'user bob', 'topic readwrite plant/#'],
      config: ['sys_interval 1'],
    });
    const opened = openConnection({ port: broker.port, username: 'ann', password: 'a' });
    const other = openConnection({ port: broker.port, username: 'bob', password: 'b', subscriptions: [] });
    await subscribed(opened);
    await other.until('online');
    const count = '$SYS/broker/publish/messages/received';
    await other.connection.publisher.publish(message('plant/a', 1));
    await opened.eventually('a first count', () => Number(opened.latest(count)) > 0);
    opened.connection.doctor.look();
    for (let i = 0; i < 20; i++) await other.connection.publisher.publish(message('plant/a', 1));
    const found = await verdict(opened, 'silent-acl');
    expect(found.title).toContain('“#” is granted');
    expect(found.proof[1]?.text).toMatch(/the broker received \d+ messages/);
  });

  test('A close right after a message at QoS 0, which is never sent again anyway.', async () => {
    const broker = await startFakeBroker({ hooks: { publish: () => 'close' } });
    const opened = openConnection({ port: broker.port });
    await subscribed(opened);
    expect((await opened.connection.publisher.publish(message('bad'))).kind).toBe('sent');
    const found = await verdict(opened, 'closed-after-publish');
    expect(found).toMatchObject({ severity: 'warning', id: 'closed-after-publish:bad' });
    expect(opened.diagnostics().facts.quarantined).toEqual([]);
  });

  test('Credentials that are refused.', async () => {
    const broker = await startMosquitto({ users: { ann: 'right' } });
    const opened = openConnection({ port: broker.port, username: 'ann', password: 'wrong-secret' });
    await opened.until('stopped');
    const found = await verdict(opened, 'credentials');
    const report = await opened.handlers.verdictReport({ id: found.id });
    expect(report.kind === 'report' && report.text).toContain('What was seen:');
    expect(JSON.stringify(report)).not.toContain('wrong-secret');
  });

  test('A certificate out of its dates: the clock is asked about.', async () => {
    const all = await certificates();
    const tls = await makeCertificate({
      name: 'b',
      hosts: ['127.0.0.1'],
      issuer: all.ca,
      from: 2,
      until: 30,
    });
    const broker = await startFakeBroker({ tls });
    const opened = openConnection({ protocol: 'mqtts', port: broker.port, tls: { ca: all.ca.cert } });
    await opened.until('stopped');
    expect((await verdict(opened, 'clock-skew')).title).toContain('begins in the future');
  });
});

describe('Messages', () => {
  test('Nobody is subscribed (reason 16).', async () => {
    const broker = await startMosquitto();
    const opened = openConnection({ port: broker.port, version: '5', subscriptions: [] });
    await opened.until('online');
    expect(await opened.connection.publisher.publish(message('lonely', 1))).toMatchObject({
      noSubscribers: true,
    });
    expect((await verdict(opened, 'no-subscriber')).title).toBe('Nobody is subscribed to “lonely”');
  });

  test('Subscriptions that overlap bring copies, which are counted.', async () => {
    const broker = await startMosquitto();
    const subscriptions = [
      { filter: '#', qos: 0 as const },
      { filter: 'plant/#', qos: 0 as const },
    ];
    const opened = openConnection({ port: broker.port, version: '5', subscriptions });
    await subscribed(opened, '#');
    await subscribed(opened, 'plant/#');
    for (let i = 0; i < 3; i++)
      await opened.connection.publisher.publish({ ...message('plant/a', 1), payload: text(`${i}`) });
    const found = await verdict(opened, 'overlapping');
    expect(found.proof[0]?.text).toMatch(/“#” and “plant\/#”/);
  });

  test('Copies that carry the identifiers of all subscriptions are reported as well.', async () => {
    const broker = await startFakeBroker();
    const subscriptions = [
      { filter: 'plant/#', qos: 0 as const },
      { filter: 'plant/a', qos: 0 as const },
    ];
    const opened = openConnection({ port: broker.port, version: '5', subscriptions });
    await subscribed(opened, 'plant/a');
    const subscriptionIdentifier = [1, 2];
    const copy = { topic: 'plant/a', payload: 'x', qos: 0, retain: false, dup: false } as const;
    for (let i = 0; i < 2; i++)
      broker.links[0]?.send({ cmd: 'publish', ...copy, properties: { subscriptionIdentifier } });
    const found = await verdict(opened, 'overlapping');
    expect(found.proof[0]?.text).toContain('“plant/a”');
    expect(opened.connection.subscriptions.status().map(({ messages }) => messages)).toEqual([2, 2]);
  });

  test('A will that is published again and again.', async () => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port, will: { topic: 'me/state', payload: 'gone' } });
    for (let i = 1; i <= 2; i++) {
      await opened.eventually(`session ${i}`, () => opened.connection.session.connects === i);
      await subscribed(opened);
      broker.links[0]?.destroy();
      await opened.eventually('the end', () => opened.connection.link === null);
    }
    expect((await verdict(opened, 'wills-firing')).title).toContain('2 times');
    expect(opened.diagnostics().facts.will).toMatchObject({ topic: 'me/state', size: 4 });
  });
});

describe('Ends and clocks', () => {
  test('A malformed packet, with the rule it breaks.', async () => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port });
    await subscribed(opened);
    broker.links[0]?.sendBytes(Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1));
    expect((await verdict(opened, 'protocol-broken')).proof[0]?.text).toContain('QoS 3');
  });

  const CODES = [
    0, 128, 129, 130, 131, 135, 137, 139, 141, 142, 143, 144, 147, 148, 149, 150, 151, 152, 153, 154, 155,
    156, 157, 158, 159, 160, 161, 162,
  ];
  test('DISCONNECT with each reason code is named, with its code in the history and no verdict of another cause.', async () => {
    const broker = await startFakeBroker();
    for (const reasonCode of CODES) {
      const link = broker.onceLink();
      const opened = openConnection({ port: broker.port, version: '5', subscriptions: [] });
      await opened.until('online');
      (await link).send({ cmd: 'disconnect', reasonCode, properties: {} });
      await opened.eventually('the end', () => ['waiting', 'stopped'].includes(opened.connection.state.kind));
      const [attempt] = opened.connection.doctor.attempts.since(0);
      expect(attempt?.reason?.code).toBe(`disconnect-${reasonCode}`);
      expect(attempt?.by).toBe('remote');
      expect(rules(opened)).toEqual(reasonCode === 142 ? ['taken-over'] : []);
      await opened.connection.shutdown(200);
    }
  });

  test('A computer that slept: the gap is shown as a gap, and the link is checked at once.', async () => {
    const broker = await startFakeBroker();
    let skew = 0;
    const opened = openConnection(
      { port: broker.port, keepAlive: 60 },
      { clock: { ...systemClock, wall: (at) => systemClock.wall(at) + skew } },
    );
    await subscribed(opened);
    const { doctor } = opened.connection;
    doctor.look();
    const asked = broker.once('pingreq');
    skew = 3_600_000;
    doctor.look();
    await asked;
    expect(await verdict(opened, 'time-jump')).toMatchObject({ severity: 'note' });
    const [gap] = opened.diagnostics().life.gaps;
    expect(gap?.kind).toBe('asleep');
    expect(Math.round((gap?.ms ?? 0) / 60_000)).toBe(60);
    await opened.eventually('the answer', () => opened.diagnostics().life.awaitingSince === null);
    expect(opened.connection.state.kind).toBe('online');
    expect(rules(opened)).toEqual(['time-jump']);
  });
});
