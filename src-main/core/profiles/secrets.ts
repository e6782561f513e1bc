import type { Signing } from '../../contract/model/connect-fields.ts';
import type { ConnectionOptions, TlsOptions } from '../../contract/model/model.ts';
import { isBrokenMark, isKeptSecret } from '../../contract/profiles/profiles.ts';
import { secretForms } from '../text/secret-forms.ts';
import { bareBase64, holdsItself } from './named-path.ts';
import { hasPassword, isGiven, isSecretHeader, isSecretParameter, queryOf } from './not-secret.ts';

/** Values of secret fields by the path of their field, e.g. `tls.key` or `headers.0.value`. */
export type Secrets = Readonly<Record<string, string>>;

const REDACTED = '[secret]';

/** A field that holds a secret. */
interface Field {
  readonly path: string;
  /** Null where it is empty, or holds what is no secret, such as the path of a file. */
  read(options: ConnectionOptions): string | null;
  write(options: ConnectionOptions, value: string | null): ConnectionOptions;
}

const passwords: readonly Field[] = [
  {
    path: 'password',
    read: ({ password }) => password,
    write: (options, password) => ({ ...options, password }),
  },
  {
    path: 'proxy.password',
    read: ({ proxy }) => proxy?.password ?? null,
    write: (options, password) =>
      options.proxy === null ? options : { ...options, proxy: { ...options.proxy, password } },
  },
];

/** Stands for a secret, whatever its field would hold otherwise. */
const isMark = (value: string): boolean => isKeptSecret(value) || isBrokenMark(value);

/** Of names that may be tokens, where no password stands beside them. */
const usernames: readonly Field[] = [
  {
    path: 'username',
    read: (options) => valueOf(options.username, () => !options.notSecret.username && !hasPassword(options)),
    write: (options, username) => ({ ...options, username }),
  },
  {
    path: 'proxy.username',
    read: ({ proxy, notSecret }) =>
      valueOf(proxy?.username ?? null, () => !notSecret.proxyUsername && !isGiven(proxy?.password)),
    write: (options, username) =>
      options.proxy === null ? options : { ...options, proxy: { ...options.proxy, username } },
  },
];

/** The password that makes a username no secret, by the path of the username. */
export const BESIDE: ReadonlyMap<string, string> = new Map([
  ['username', 'password'],
  ['proxy.username', 'proxy.password'],
]);

function valueOf(value: string | null, isSecret: (value: string) => boolean): string | null {
  return value !== null && (isMark(value) || isSecret(value)) ? value : null;
}

type TlsText = 'pfx' | 'ca' | 'cert' | 'key' | 'passphrase';

function tlsField(name: TlsText, isSecret: (value: string) => boolean): Field {
  return {
    path: `tls.${name}`,
    read: ({ tls }) => valueOf(tls[name], isSecret),
    write: (options, value) => {
      const tls: TlsOptions = { ...options.tls, [name]: value };
      return { ...options, tls };
    },
  };
}

const holdsKey = (text: string): boolean => text.includes('PRIVATE KEY');

const tlsFields: readonly Field[] = [
  tlsField('passphrase', () => true),
  // Text and not a path: PEM, whole or not, or what stands between its first and last line.
  tlsField('key', (text) => text.includes('-----') || /[\r\n]/.test(text) || bareBase64(text) !== null),
  // A certificate is public, but some keep its key beside it.
  tlsField('cert', holdsKey),
  tlsField('ca', holdsKey),
  tlsField('pfx', (text) => holdsItself('pfx', text)),
];

function signingField(
  name: string,
  read: (signing: Signing) => string | null,
  write: (signing: Signing, value: string | null) => Signing,
): Field {
  return {
    path: `signing.${name}`,
    read: ({ signing }) => read(signing),
    write: (options, value) => ({ ...options, signing: write(options.signing, value) }),
  };
}

const signingFields: readonly Field[] = [
  signingField(
    'secretAccessKey',
    (signing) => (signing.kind === 'aws-sigv4' ? signing.secretAccessKey : null),
    (signing, value) =>
      signing.kind === 'aws-sigv4' ? { ...signing, secretAccessKey: value ?? '' } : signing,
  ),
  signingField(
    'sessionToken',
    (signing) => (signing.kind === 'aws-sigv4' ? signing.sessionToken : null),
    (signing, sessionToken) => (signing.kind === 'aws-sigv4' ? { ...signing, sessionToken } : signing),
  ),
  signingField(
    'key',
    (signing) => (signing.kind === 'azure-sas' ? signing.key : null),
    (signing, value) => (signing.kind === 'azure-sas' ? { ...signing, key: value ?? '' } : signing),
  ),
];

function headerField(index: number): Field {
  return {
    path: `headers.${index}.value`,
    read: ({ headers, notSecret }) => {
      const header = headers[index];
      return header === undefined
        ? null
        : valueOf(header.value, () => isSecretHeader(header.name, notSecret));
    },
    write: (options, value) => {
      const header = options.headers[index];
      if (header === undefined) return options;
      return { ...options, headers: options.headers.with(index, { ...header, value: value ?? '' }) };
    },
  };
}

/** `nth` parameter of the query; the value stays as it is written there, with its % signs. */
function queryField(nth: number): Field {
  return {
    path: `path.query.${nth}`,
    read: ({ path, notSecret }) => {
      const parameter = queryOf(path)[nth];
      return parameter === undefined
        ? null
        : valueOf(parameter.value, () => isSecretParameter(parameter.name, notSecret));
    },
    write: (options, value) => {
      const parameters = queryOf(options.path).map(({ text }) => text);
      const parameter = queryOf(options.path)[nth];
      if (parameter === undefined) return options;
      const { text, value: before } = parameter;
      const begin = text.slice(0, text.length - before.length);
      const query = parameters.with(nth, begin + (value ?? '')).join('&');
      return { ...options, path: `${options.path.slice(0, options.path.indexOf('?') + 1)}${query}` };
    },
  };
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['password', 'password'],
  ['username', 'username'],
  ['proxy.username', 'username of the proxy'],
  ['proxy.password', 'password of the proxy'],
  ['tls.passphrase', 'passphrase of the key'],
  ['tls.key', 'private key'],
  ['tls.cert', 'certificate with its key'],
  ['tls.ca', 'CA certificate with its key'],
  ['tls.pfx', 'PKCS#12 data'],
  ['signing.secretAccessKey', 'secret access key'],
  ['signing.sessionToken', 'session token'],
  ['signing.key', 'signing key'],
]);

function fieldsOf(options: ConnectionOptions): readonly Field[] {
  return [
    ...passwords,
    ...usernames,
    ...tlsFields,
    ...signingFields,
    ...options.headers.map((_, at) => headerField(at)),
    ...queryOf(options.path).map((_, at) => queryField(at)),
  ];
}

/**
 * The one list of what is secret in options: passwords, passphrases, private keys and PKCS#12 given as text,
 * keys that sign; and, unless the user said of it that it is none, each value of a header or of a query, and a
 * username without a password. Empty values are no secrets.
 */
export function splitSecrets(
  options: ConnectionOptions,
  /** Of the field that holds a secret: false leaves it there. */
  isWanted: (path: string) => boolean = () => true,
): {
  /** With null, or an empty text, in place of each secret. */
  readonly options: ConnectionOptions;
  readonly secrets: Secrets;
} {
  const secrets: Record<string, string> = {};
  let without = options;
  for (const field of fieldsOf(options)) {
    const value = field.read(options);
    if (value === null || value === '' || !isWanted(field.path)) continue;
    secrets[field.path] = value;
    without = field.write(without, null);
  }
  return { options: without, secrets };
}

/** Puts secrets back into their fields; what no longer has a field is left out. */
export function joinSecrets(options: ConnectionOptions, secrets: Secrets): ConnectionOptions {
  let joined = options;
  for (const { path, write } of fieldsOf(options)) {
    const value = Object.hasOwn(secrets, path) ? secrets[path] : undefined;
    if (value !== undefined) joined = write(joined, value);
  }
  return joined;
}

/** Headers and parameters change their places; all other secrets stay in their field. */
export function isSameField(a: string, b: string): boolean {
  const field = (path: string): string => path.replace(/\d+/, '');
  return field(a) === field(b);
}

/** What a secret is called in a sentence. */
export function secretName(path: string): string {
  if (path.startsWith('headers.')) return 'value of a header';
  if (path.startsWith('path.')) return 'value in the query of the path';
  return NAMES.get(path) ?? 'secret';
}

/** A text for a log, without the secrets that found their way into it. */
export function redact(text: string, secrets: Secrets): string {
  return secretForms(Object.values(secrets)).reduce(
    (rest, form) => rest.replaceAll(form, () => REDACTED),
    text,
  );
}
