import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ServerCertificates, type TlsCheck } from '../../../src-main/contract/model/certificates.ts';
import {
  certificates,
  makeAuthority,
  makeCertificate,
  type Certificates,
} from '../../support/tls/certificates.ts';
import type { Pair } from '../../support/tls/pair.ts';
import { startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, type Opened } from '../session/open-connection.ts';

afterEach(teardown);

const CHECKS: readonly TlsCheck[] = ['chain', 'dates', 'hostName'];
/** All ways to choose some of three. */
const SUBSETS = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => CHECKS.filter((_, i) => (bits >> i) & 1));
const CODES = { chain: 'certificate-untrusted', dates: 'certificate-expired', hostName: 'certificate-host' };
const PASSWORD = 'hunter2';

let all: Certificates;
beforeAll(async () => {
  all = await certificates();
});

function faulty(faults: readonly TlsCheck[]): Promise<Pair> {
  return makeCertificate({
    name: 'broker',
    hosts: faults.includes('hostName') ? ['broker.example', '10.1.2.3'] : ['localhost', '127.0.0.1'],
    issuer: faults.includes('chain') ? all.otherCa : all.ca,
    ...(faults.includes('dates') ? { from: -30, until: -3 } : {}),
  });
}

function connectTo(broker: FakeBroker, tls: Parameters<typeof openConnection>[0]['tls']): Opened {
  return openConnection({
    protocol: 'mqtts',
    port: broker.port,
    username: 'ann',
    password: PASSWORD,
    subscriptions: [],
    tls,
  });
}

const certificatesOf = async (opened: Opened) => {
  const read = await opened.handlers.readServerCertificates({});
  if (read.kind === 'failed') throw new Error(read.message);
  return ServerCertificates.parse(read);
};

describe('Every combination of faults and switches', () => {
  const titled = SUBSETS.map((faults) => ({ faults, wrong: faults.join(', ') || 'nothing' }));
  test.each(titled)(
    'A certificate is taken or refused by what is checked: $wrong is wrong with it',
    async ({ faults }) => {
      const broker = await startFakeBroker({ tls: await faulty(faults) });
      for (const off of SUBSETS) {
        const what = `wrong: ${faults.join()}; off: ${off.join()}`;
        const checks = Object.fromEntries(CHECKS.map((check) => [check, !off.includes(check)]));
        const deciding = faults.filter((fault) => !off.includes(fault));
        const before = broker.all('connect').length;
        const opened = connectTo(broker, { ca: all.ca.cert, checks });
        if (deciding.length > 0) {
          const { why } = await opened.until('stopped');
          expect(why?.code, what).toBe(CODES[deciding[0] ?? 'chain']);
          // Each check that decides is reported, and what is tolerated is not.
          const reported = `${why?.message} ${why?.advice}`;
          expect(/not trusted here/.test(reported), what).toBe(deciding.includes('chain'));
          expect(/expired on/.test(reported), what).toBe(deciding.includes('dates'));
          expect(/broker\.example/.test(reported), what).toBe(deciding.includes('hostName'));
          expect(reported).not.toContain(PASSWORD);
          expect(broker.all('connect'), what).toHaveLength(before);
        } else {
          const { tls } = await opened.until('online');
          expect(tls?.verified, what).toBe(faults.length === 0);
          expect(tls?.off, what).toEqual(off);
          expect(
            tls?.ignored.map(({ check, code }) => [check, code]),
            what,
          ).toEqual(faults.map((fault) => [fault, CODES[fault]]));
          expect(broker.all('connect')).toHaveLength(before + 1);
        }
        const { verdict, chain } = await certificatesOf(opened);
        expect(
          verdict.problems.map(({ check }) => check),
          what,
        ).toEqual(faults);
        expect(verdict.off, what).toEqual(off);
        expect(verdict.outcome, what).toBe(
          faults.length === 0 ? 'trusted' : deciding.length === 0 ? 'tolerated' : 'refused',
        );
        expect(chain[0]?.subjectLine).toBe('CN=broker');
        await opened.connection.shutdown(200);
      }
    },
  );

  test('“Verify server certificate” off forgives all three, and they are still reported.', async () => {
    const broker = await startFakeBroker({ tls: await faulty(CHECKS) });
    const opened = connectTo(broker, { ca: all.ca.cert, verify: false });
    const { tls } = await opened.until('online');
    expect(tls).toMatchObject({ verified: false, off: CHECKS });
    expect(tls?.ignored.map(({ check }) => check)).toEqual(CHECKS);
    const warnings = opened.connection.log.entries().filter(({ level }) => level === 'warn');
    expect(warnings.map(({ detail }) => detail)).toEqual(
      CHECKS.map(() => 'It was accepted, because this check is turned off.'),
    );
    expect((await certificatesOf(opened)).verdict.sentence).toMatch(
      /accepted nevertheless.*chain, dates and host name checks/,
    );
  });
});

describe('The chain', () => {
  test('is followed over an authority in between, and is shown up to its root.', async () => {
    const broker = await startFakeBroker({ tls: all.chained });
    const opened = connectTo(broker, { ca: all.ca.cert });
    await opened.until('online');
    const { chain, verdict } = await certificatesOf(opened);
    expect(chain.map(({ subjectLine }) => subjectLine)).toEqual([
      'CN=localhost',
      'CN=Topicscope test CA 2',
      'CN=Topicscope test CA',
    ]);
    expect(chain.map(({ ca, selfSigned }) => [ca, selfSigned])).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    expect(verdict).toMatchObject({ outcome: 'trusted', problems: [] });
    expect(verdict.sentence).toMatch(
      /is trusted: “localhost”.*signed by “Topicscope test CA 2”.*for 127\.0\.0\.1/,
    );
  });

  test('is missed where the broker does not send the authority in between, and that is advised.', async () => {
    const alone = { cert: all.chained.cert.split('\n\n')[0] ?? '', key: all.chained.key };
    const leafOnly = alone.cert.slice(0, alone.cert.indexOf('-----END') + 30);
    const broker = await startFakeBroker({ tls: { ...alone, cert: `${leafOnly.trim()}\n` } });
    const { why } = await connectTo(broker, { ca: all.ca.cert }).until('stopped');
    expect(why?.code).toBe('certificate-untrusted');
    expect(why?.message).toContain('signed by “Topicscope test CA 2”, which is not trusted here');
    expect(why?.advice).toContain('the broker should send its certificate as well');
  });

  test('ends at what the user names, also where that is no root: an authority in between, or the certificate itself.', async () => {
    const broker = await startFakeBroker({ tls: all.chained });
    await connectTo(broker, { ca: all.intermediate.cert }).until('online');
    const own = await startFakeBroker({ tls: all.selfSigned });
    const pinned = await connectTo(own, { ca: all.selfSigned.cert }).until('online');
    expect(pinned.tls?.verified).toBe(true);
  });

  test('has dates of its own: an expired authority is reported as such, by its name.', async () => {
    const old = await makeAuthority({ name: 'Old CA', issuer: all.ca, from: -60, until: -1 });
    const pair = await makeCertificate({ name: 'broker', hosts: ['127.0.0.1'], issuer: old });
    const broker = await startFakeBroker({ tls: { ...pair, cert: `${pair.cert}\n${old.cert}` } });
    const opened = connectTo(broker, { ca: all.ca.cert });
    const { why } = await opened.until('stopped');
    expect(why?.code).toBe('certificate-expired');
    expect(why?.message).toMatch(/signed through “Old CA”, whose certificate expired on/);
    const lax = connectTo(broker, { ca: all.ca.cert, checks: { dates: false } });
    expect((await lax.until('online')).tls?.ignored.map(({ code }) => code)).toEqual(['certificate-expired']);
  });

  test('is judged by us, not less strictly, where an expired date hides what else is wrong.', async () => {
    // With its dates forgiven, each of these must still be refused for its chain.
    const past = { from: -30, until: -3 };
    const client = await makeCertificate({ name: 'press-03', hosts: null, issuer: all.ca, ...past });
    const byLeaf = await makeCertificate({ name: 'x', hosts: ['127.0.0.1'], issuer: all.server, ...past });
    const short = await makeAuthority({ name: 'Short CA', issuer: all.ca, pathLength: 0 });
    const below = await makeAuthority({ name: 'Too deep CA', issuer: short });
    const deep = await makeCertificate({ name: 'x', hosts: ['127.0.0.1'], issuer: below, ...past });
    // Another key under the name of our CA.
    const impostor = await makeAuthority({ name: 'Topicscope test CA', issuer: null });
    const forged = await makeCertificate({ name: 'x', hosts: ['127.0.0.1'], issuer: impostor, ...past });
    const cases = [
      [client, 'certificate-purpose'],
      [{ ...byLeaf, cert: `${byLeaf.cert}\n${all.server.cert}` }, 'certificate-untrusted'],
      [{ ...deep, cert: `${deep.cert}\n${below.cert}\n${short.cert}` }, 'certificate-untrusted'],
      [forged, 'certificate-untrusted'],
      [{ ...forged, cert: `${forged.cert}\n${impostor.cert}` }, 'certificate-untrusted'],
    ] as const;
    for (const [pair, code] of cases) {
      const broker = await startFakeBroker({ tls: pair });
      const opened = connectTo(broker, { ca: all.ca.cert, checks: { dates: false, hostName: false } });
      const { why } = await opened.until('stopped');
      expect(why?.code, why?.message).toBe(code);
      expect(broker.all('connect')).toHaveLength(0);
    }
  });
});

describe('The system’s authorities', () => {
  test('are trusted beside the CA that is given, and alone.', async () => {
    const broker = await startFakeBroker({ tls: all.server });
    const tls = { systemCa: true };
    const ports = { systemAuthorities: () => [all.ca.cert, all.ca.cert] };
    const options = { protocol: 'mqtts' as const, port: broker.port, subscriptions: [] };
    expect((await openConnection({ ...options, tls }, ports).until('online')).tls?.verified).toBe(true);
    const both = openConnection({ ...options, tls: { ...tls, ca: all.otherCa.cert } }, ports);
    expect((await both.until('online')).tls?.verified).toBe(true);
    const neither = openConnection({ ...options, tls: { ca: all.otherCa.cert } }, ports);
    expect((await neither.until('stopped')).why?.code).toBe('certificate-untrusted');
  });

  test('that cannot be read are replaced by those of the program, and the refusal says so.', async () => {
    const broker = await startFakeBroker({ tls: all.server });
    for (const systemAuthorities of [
      () => [],
      () => {
        throw new TypeError('no such function');
      },
    ]) {
      const opened = openConnection(
        { protocol: 'mqtts', port: broker.port, tls: { systemCa: true } },
        { systemAuthorities },
      );
      const { why } = await opened.until('stopped');
      expect(why?.code).toBe('certificate-untrusted');
      expect(why?.message).toMatch(/The system’s store of CA certificates (is empty|could not be read)\./);
      expect((await certificatesOf(opened)).verdict.systemStore).toMatch(
        /comes with this program is used instead/,
      );
    }
  });
});
