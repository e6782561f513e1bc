import type { Signing } from '../../contract/model/connect-fields.ts';
import type { ConnectionOptions, TlsOptions } from '../../contract/model/model.ts';
import { isBrokenMark, isKeptSecret } from '../../contract/profiles/profiles.ts';

/** Values of secret fields by the path of their field, e.g. `tls.key` or `headers.0.value`. */
export type Secrets = Readonly<Record<string, string>>;

/** Headers that let somebody in. One too many costs nothing but a look. */
const SECRET_HEADER = /auth|cookie|token|secret|passw|key|^x-.*-code$|\bsas\b|credential|signature|session/i;
/** Parameters in the query of a WebSocket's path that do. */
const SECRET_PARAMETER =
  /token|secret|passw|^pwd$|key$|^code$|^sas$|credential|signature|^sig$|^auth|jwt|session/i;
/** Shorter ones would tear texts apart without hiding anything; characters. */
const MIN_REDACTED = 4;
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

type TlsText = 'pfx' | 'ca' | 'cert' | 'key' | 'passphrase';

function tlsField(name: TlsText, isSecret: (value: string) => boolean): Field {
  return {
    path: `tls.${name}`,
    read: ({ tls }) => {
      const value = tls[name];
      return value !== null && (isMark(value) || isSecret(value)) ? value : null;
    },
    write: (options, value) => {
      const tls: TlsOptions = { ...options.tls, [name]: value };
      return { ...options, tls };
    },
  };
}

/** DER in base64 begins with a sequence; a path hardly looks like it. Also with `\n` as letters, and quotes. */
const isBareBase64 = (text: string): boolean =>
  /^M[A-Za-z0-9+/]{63,}={0,2}$/.test(text.replaceAll(/\\{1,4}[rn]|[\s"']/g, ''));

const holdsKey = (text: string): boolean => text.includes('PRIVATE KEY');

const tlsFields: readonly Field[] = [
  tlsField('passphrase', () => true),
  // Text and not a path: PEM, whole or not, or what stands between its first and last line.
  tlsField('key', (text) => text.includes('-----') || /[\r\n]/.test(text) || isBareBase64(text)),
  // A certificate is public, but some keep its key beside it.
  tlsField('cert', holdsKey),
  tlsField('ca', holdsKey),
  tlsField('pfx', (text) => text.startsWith('base64:')),
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
    read: ({ headers }) => {
      const header = headers[index];
      if (header === undefined) return null;
      return isMark(header.value) || SECRET_HEADER.test(header.name) ? header.value : null;
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
    read: ({ path }) => {
      const parameter = parametersOf(path)[nth];
      const at = parameter?.indexOf('=') ?? -1;
      if (parameter === undefined || at < 0) return null;
      const value = parameter.slice(at + 1);
      return isMark(value) || SECRET_PARAMETER.test(decoded(parameter.slice(0, at))) ? value : null;
    },
    write: (options, value) => {
      const parameters = parametersOf(options.path);
      const parameter = parameters[nth];
      const at = parameter?.indexOf('=') ?? -1;
      if (parameter === undefined || at < 0) return options;
      const query = parameters.with(nth, parameter.slice(0, at + 1) + (value ?? '')).join('&');
      return { ...options, path: `${options.path.slice(0, options.path.indexOf('?') + 1)}${query}` };
    },
  };
}

/** A name means the same however it is written. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}

function parametersOf(path: string): string[] {
  const at = path.indexOf('?');
  return at < 0 ? [] : path.slice(at + 1).split('&');
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['password', 'password'],
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
    ...tlsFields,
    ...signingFields,
    ...options.headers.map((_, at) => headerField(at)),
    ...parametersOf(options.path).map((_, at) => queryField(at)),
  ];
}

/**
 * The one list of what is secret in options: passwords, passphrases, private keys and PKCS#12 given as text,
 * keys that sign, headers and query parameters that authorise. Empty values are no secrets.
 */
export function splitSecrets(options: ConnectionOptions): {
  /** With null, or an empty text, in place of each secret. */
  readonly options: ConnectionOptions;
  readonly secrets: Secrets;
} {
  const secrets: Record<string, string> = {};
  let without = options;
  for (const field of fieldsOf(options)) {
    const value = field.read(options);
    if (value === null || value === '') continue;
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
  const values = Object.values(secrets).filter((value) => value.length >= MIN_REDACTED);
  // What is no Unicode cannot be part of an address.
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '')),
  ]);
  // Longest first: one secret may be the beginning of another.
  const ordered = forms.toSorted((a, b) => b.length - a.length);
  return ordered.reduce((rest, form) => rest.replaceAll(form, () => REDACTED), text);
}
