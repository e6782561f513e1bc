import { describe, expect, test } from 'vitest';
import { OPTIONS } from '../../../../../src-main/core/profiles/command/command-options.ts';
import { readPastedCommand } from '../../../../../src-main/core/profiles/import/import-text.ts';

/** Options that `--help` and the manual pages of 2.0 and 2.1 name, each with a value that shows. */
const VALUES: Readonly<Record<string, string>> = {
  '-A': '10.0.0.9',
  '-C': '3',
  '-D': 'connect receive-maximum 7',
  '-F': '%p',
  '-I': 'prefix-',
  '-L': 'mqtt://other/x',
  '-M': '5',
  '-P': 'secret',
  '-T': 'out/#',
  '-U': 'old/#',
  '-V': 'mqttv311',
  '-W': '5',
  '-e': 'answers',
  '-f': 'file',
  '-h': 'other',
  '-i': 'me',
  '-k': '20',
  '-m': 'hello',
  '-o': 'options',
  '-p': '1884',
  '-q': '1',
  '-t': 'more',
  '-u': 'ann',
  '-x': '60',
  '--cafile': 'ca.crt',
  '--capath': '/etc/ssl',
  '--cert': 'c.crt',
  '--ciphers': 'HIGH',
  '--key': 'k.pem',
  '--keyform': 'pem',
  '--proxy': 'socks5h://127.0.0.1:9050',
  '--psk': '00ff',
  '--psk-identity': 'me',
  '--random-filter': '50',
  '--repeat': '2',
  '--repeat-delay': '1',
  '--retain-handling': 'never',
  '--tls-alpn': 'mqtt',
  '--tls-engine': 'pkcs11',
  '--tls-engine-kpass-sha1': '00',
  '--tls-keylog': 'keys.log',
  '--tls-version': 'tlsv1.3',
  '--unix': '/run/m.sock',
  '--will-payload': 'gone',
  '--will-qos': '1',
  '--will-topic': 'bye',
};
const FLAGS =
  '-E -N -R -S -c -d -l -n -r -s -v -w --help --insecure --latency --message-rate --no-tls --nodelay --pretty --quiet --remove-retained --retain-as-published --retained-only --tls-use-os-certs --version --will-retain --ws'.split(
    ' ',
  );
const LONG_NAMES =
  '--host --port --url --topic --qos --username --pw --id --id-prefix --disable-clean-session --keepalive --protocol-version --property --debug --stdin-line --null-message --retain --stdin-file --verbose --file --message --unsubscribe --filter-out --watch'.split(
    ' ',
  );
/** The program does so in any case, or it does nothing but print. */
const WITHOUT_A_TRACE = ['-d', '-v', '--help', '--nodelay', '--version', '--retain-as-published'];
/** Parts of a will that has no topic here. */
const WITH_A_WILL = ['--will-payload', '--will-qos', '--will-retain'];
/** Means something only where there is encryption. */
const WITH_TLS = ['--no-tls'];

function trace(option: string): string {
  const context = WITH_A_WILL.includes(option)
    ? '--will-topic t'
    : WITH_TLS.includes(option)
      ? '-p 8883'
      : '';
  const read = (line: string): string => JSON.stringify(readPastedCommand(line));
  const base = `mosquitto_sub -h b ${context}`;
  const value = VALUES[option] ?? '';
  return read(`${base} ${option} ${value} -t a`) === read(`${base} -t a`) ? '' : 'taken or noted';
}

describe('An option of mosquitto', () => {
  test.each([...Object.keys(VALUES), ...FLAGS].toSorted())('%s is taken over or noted', (option) => {
    expect(OPTIONS.has(option)).toBe(true);
    expect(trace(option)).toBe(WITHOUT_A_TRACE.includes(option) ? '' : 'taken or noted');
  });

  test('has the same meaning by its long name', () => {
    for (const name of LONG_NAMES) expect(OPTIONS.has(name), name).toBe(true);
  });

  test('that is unknown is noted by its name, and at most one value is left out with it', () => {
    const read = readPastedCommand('mosquitto_sub --brand-new 5 -h b -t a --flag -k 20');
    expect(read).toMatchObject({ options: { host: 'b', keepAlive: 20 } });
    expect(JSON.stringify(read)).toContain('The unknown option --brand-new was left out.');
    expect(JSON.stringify(read)).toContain('The unknown option --flag was left out.');
  });

  test.each([
    'connect session-expiry-interval 9',
    'connect receive-maximum 9',
    'connect maximum-packet-size 9',
    'connect topic-alias-maximum 9',
    'connect request-response-information 1',
    'connect request-problem-information 0',
    'connect user-property a b',
    'connect authentication-method SCRAM-SHA-256',
    'connect authentication-data xyz',
    'publish content-type text/plain',
    'subscribe subscription-identifier 3',
    'unsubscribe user-property a b',
    'auth user-property a b',
    'disconnect session-expiry-interval 3',
    'will will-delay-interval 9',
    'will message-expiry-interval 9',
    'will content-type a',
    'will response-topic a',
    'will payload-format-indicator 1',
    'will correlation-data a',
    'will user-property a b',
    'will topic-alias 3',
    'nonsense x y',
  ])('-D %s is taken over or noted', (property) => {
    const base = 'mosquitto_sub -h b --will-topic t';
    const read = (line: string): string => JSON.stringify(readPastedCommand(line));
    expect(read(`${base} -D ${property} -t a`)).not.toBe(read(`${base} -t a`));
  });
});
