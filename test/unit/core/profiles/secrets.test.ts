import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import {
  isBrokenMark,
  isKeptSecret,
  keptPath,
  keptSecret,
} from '../../../../src-main/contract/profiles/profiles.ts';
import { joinSecrets, redact, secretName, splitSecrets } from '../../../../src-main/core/profiles/secrets.ts';

const parse = (more: object): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'x', protocol: 'wss', host: 'h', port: 443, ...more });
const KEY = '-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----';
const CERT = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----';

const full = parse({
  username: 'ann',
  password: 'p1',
  passwordFrom: { kind: 'environment', name: 'PASSWORD' },
  proxy: { kind: 'http', host: 'p', port: 8080, username: 'u', password: 'p2' },
  headers: [
    { name: 'Authorization', value: 'Bearer p3' },
    { name: 'User-Agent', value: 'me' },
    { name: 'Cookie', value: 'sid=p4' },
    { name: 'X-API-Key', value: 'p5' },
  ],
  signing: { kind: 'aws-sigv4', region: 'r', accessKeyId: 'AKIA', secretAccessKey: 'p6', sessionToken: 'p7' },
  tls: { key: KEY, cert: `${CERT}\n${KEY}`, ca: CERT, passphrase: 'p8', pfx: 'base64:cDk=' },
});

describe('splitSecrets', () => {
  test('takes all secrets out, and joinSecrets puts them back', () => {
    const { options, secrets } = splitSecrets(full);
    expect(secrets).toEqual({
      password: 'p1',
      'proxy.password': 'p2',
      'headers.0.value': 'Bearer p3',
      'headers.2.value': 'sid=p4',
      'headers.3.value': 'p5',
      'signing.secretAccessKey': 'p6',
      'signing.sessionToken': 'p7',
      'tls.key': KEY,
      'tls.cert': `${CERT}\n${KEY}`,
      'tls.passphrase': 'p8',
      'tls.pfx': 'base64:cDk=',
    });
    expect(JSON.stringify(options)).not.toMatch(/p[1-8]"|PRIVATE|cDk=/);
    expect(options).toMatchObject({ username: 'ann', tls: { ca: CERT }, headers: { 1: { value: 'me' } } });
    expect(ConnectionOptions.parse(options)).toEqual(options);
    expect(joinSecrets(options, secrets)).toEqual(full);
    // Without its password, the name stands alone.
    expect(splitSecrets(options).secrets).toEqual({ 'proxy.username': 'u' });
  });

  test('knows the key of a shared access signature', () => {
    const options = parse({ signing: { kind: 'azure-sas', key: 'c2VjcmV0' } });
    const split = splitSecrets(options);
    expect(split.secrets).toEqual({ 'signing.key': 'c2VjcmV0' });
    expect(split.options.signing).toMatchObject({ kind: 'azure-sas', key: '' });
    expect(joinSecrets(split.options, split.secrets)).toEqual(options);
  });

  test('takes the values out of the query of a path, and leaves its names', () => {
    const path =
      '/mqtt?client=a%20b&token=s%26ecret&flag&x-amz-customauthorizer-name=gate&sig=c2ln%3D&=x&pwd=';
    const { options, secrets } = splitSecrets(parse({ path }));
    expect(secrets).toEqual({
      'path.query.0': 'a%20b',
      'path.query.1': 's%26ecret',
      'path.query.2': 'flag',
      'path.query.4': 'c2ln%3D',
      'path.query.5': 'x',
    });
    expect(options.path).toBe('/mqtt?client=&token=&&x-amz-customauthorizer-name=gate&sig=&=&pwd=');
    expect(joinSecrets(options, secrets).path).toBe(path);
    expect(splitSecrets(parse({ path: '/token=x/mqtt' })).secrets).toEqual({});
    const mark = keptSecret('path.query.1');
    expect(splitSecrets(parse({ path: `/mqtt?plain=${mark}` })).secrets).toEqual({ 'path.query.0': mark });
  });

  test.each(['/etc/ssl/key.pem', 'C:\\keys\\me.key', 'PRIVATE KEY.pem'])(
    'leaves the path %s of a key',
    (key) => {
      expect(splitSecrets(parse({ tls: { key, pfx: '/etc/me.p12' } })).secrets).toEqual({});
    },
  );

  test.each(['-----BEGIN PRIVATE', 'MIIE\nvQIB'])('takes what may be the text of a key: %j', (key) => {
    expect(splitSecrets(parse({ tls: { key } })).secrets).toEqual({ 'tls.key': key });
  });

  test('takes marks out of any field, so that none is sent to a broker', () => {
    const [key, value] = [keptSecret('tls.key'), keptSecret('headers.0.value')];
    const options = parse({ tls: { key }, headers: [{ name: 'X-Plain', value }] });
    expect(splitSecrets(options).secrets).toEqual({ 'tls.key': key, 'headers.0.value': value });
  });

  test('leaves out secrets whose field was removed', () => {
    const { options } = splitSecrets(parse({}));
    const secrets = splitSecrets(full).secrets;
    const joined = joinSecrets(options, secrets);
    expect(joined).toEqual({
      ...options,
      password: 'p1',
      tls: { ...options.tls, ...full.tls, ca: null },
    });
    expect(joinSecrets(options, JSON.parse('{"__proto__": {"password": "x"}, "toString": "y"}'))).toEqual(
      options,
    );
  });

  test('has a word for each', () => {
    const names = Object.keys(splitSecrets(full).secrets).map(secretName);
    expect(names).not.toContain('secret');
    expect(secretName('headers.7.value')).toBe('value of a header');
    expect(secretName('path.query.0')).toBe('value in the query of the path');
  });
});

describe('marks', () => {
  test('name the path of what they stand for', () => {
    const mark = keptSecret('headers.12.value');
    expect(isKeptSecret(mark)).toBe(true);
    expect(keptPath(mark)).toBe('headers.12.value');
    expect(isBrokenMark(mark)).toBe(false);
  });

  test.each([
    `${keptSecret('a')}x`,
    `x${keptSecret('a')}`,
    keptSecret('a').slice(0, -1),
    keptSecret('a').repeat(2),
  ])('that were typed into are neither: %j', (text) => {
    expect(isKeptSecret(text)).toBe(false);
    expect(isBrokenMark(text)).toBe(true);
  });

  test.each([null, '', 'hunter2', 'kept:password'])('are not %j', (text) => {
    expect(isKeptSecret(text)).toBe(false);
    expect(text !== null && isBrokenMark(text)).toBe(false);
  });
});

describe('redact', () => {
  test('hides secrets, also in the form of an address', () => {
    const secrets = { password: 'a b/c$&', 'tls.passphrase': 'a b/c$&more' };
    expect(redact('login "a b/c$&" at x?p=a%20b%2Fc%24%26 with a b/c$&more', secrets)).toBe(
      'login "[secret]" at x?p=[secret] with [secret]',
    );
  });

  test('does not tear a text apart for a short one, nor fail at what is no Unicode', () => {
    expect(redact('an error at line 3', { password: 'a' })).toBe('an error at line 3');
    expect(redact('x', { password: 'lone \ud800 half' })).toBe('x');
  });
});

describe('a username', () => {
  const named = {
    username: 'hunter2-token',
    proxy: { kind: 'http', host: 'p', port: 1, username: 'hunter2-p' },
  };

  test('without a password is a secret, and so is that of a proxy', () => {
    const { options, secrets } = splitSecrets(parse(named));
    expect(secrets).toEqual({ username: 'hunter2-token', 'proxy.username': 'hunter2-p' });
    expect(JSON.stringify(options)).not.toContain('hunter2');
    expect(joinSecrets(options, secrets)).toEqual(parse(named));
    // An empty password is none, and a certificate proves another name.
    expect(splitSecrets(parse({ ...named, password: '', tls: { cert: '/c' } })).secrets).toHaveProperty(
      'username',
    );
  });

  test.each([
    { password: 'x' },
    { passwordFrom: { kind: 'file', path: '/p' } },
    { passwordFrom: { kind: 'environment', name: 'P' } },
    { signing: { kind: 'azure-sas', key: 'k' } },
    { notSecret: { username: true } },
  ])('is none with %j', (more) => {
    expect(splitSecrets(parse({ username: 'ann', ...more })).secrets).not.toHaveProperty('username');
  });

  test('is what the user said; a mark of a saved one stays a secret all the same', () => {
    const notSecret = { username: true, proxyUsername: true };
    expect(splitSecrets(parse({ ...named, notSecret })).secrets).toEqual({});
    const mark = keptSecret('username');
    expect(splitSecrets(parse({ username: mark, notSecret })).secrets).toEqual({ username: mark });
  });
});

test.each(
  ['key', 'sas', 'code', '%74oken', 'api%5Fkey', 'subscription-key'].map((name) => `/mqtt?${name}=hunter2`),
)('A query value is a secret also under the name of %s.', (path) => {
  const { options, secrets } = splitSecrets(
    ConnectionOptions.parse({ name: '', protocol: 'wss', host: 'h', port: 1, path }),
  );
  expect(secrets).toEqual({ 'path.query.0': 'hunter2' });
  expect(options.path).not.toContain('hunter2');
});

test.each(['X-Functions-Key', 'Ocp-Apim-Subscription-Key', 'X-Function-Code', 'Key'])(
  'The value of the header %s is a secret.',
  (name) => {
    const { secrets } = splitSecrets(
      ConnectionOptions.parse({
        name: '',
        protocol: 'wss',
        host: 'h',
        port: 1,
        headers: [{ name, value: 'hunter2' }],
      }),
    );
    expect(secrets).toEqual({ 'headers.0.value': 'hunter2' });
  },
);

test.each(['User-Agent', 'ORIGIN', 'Accept-Language'])('The value of the header %s is none.', (name) => {
  expect(splitSecrets(parse({ headers: [{ name, value: 'me' }] })).secrets).toEqual({});
});

test('What the user said is no secret stays where it is, however its name is written.', () => {
  const notSecret = { headers: ['x-tenant'], query: ['tenant'] };
  const headers = [
    { name: 'X-Tenant', value: 'north' },
    { name: 'Origin', value: 'https://a' },
  ];
  const { secrets } = splitSecrets(
    parse({ notSecret, headers, path: '/?%74enant=north&tenant2=x&Tenant=y' }),
  );
  expect(secrets).toEqual({ 'headers.1.value': 'https://a', 'path.query.1': 'x', 'path.query.2': 'y' });
});
