import type { ConnectionOptions, TlsOptions } from '../../contract/model/model.ts';
import { isKeptSecret } from '../../contract/profiles/profiles.ts';
import type { Confirmation, ConfirmedField } from '../../contract/profiles/transfer.ts';
import { escapeUnsafe } from '../payload/visible.ts';
import { holdsItself, namedPath } from './named-path.ts';
import { hostAndPort } from './shown-address.ts';

/** A file or variable that an import names: not among its options until the user confirms it. */
export interface Pending {
  readonly field: ConfirmedField;
  /** Path or name of a variable. */
  readonly what: string;
}

/** Characters; no system has longer ones. */
export const MAX_PATH = 4_096;

const TLS_FIELDS = { ca: 'ca', cert: 'certificate', key: 'key', pfx: 'pkcs12' } as const satisfies Partial<
  Record<keyof TlsOptions, ConfirmedField>
>;

/**
 * Removes everything from options that would make this program read a file or an environment variable, and
 * lists it. Marks of secrets that are saved here are removed as well.
 */
export function withoutPending(options: ConnectionOptions): {
  readonly options: ConnectionOptions;
  readonly pending: readonly Pending[];
} {
  const pending: Pending[] = [];
  const { passwordFrom } = options;
  const tls = { ...options.tls };
  if (passwordFrom.kind === 'file') pending.push({ field: 'password-file', what: passwordFrom.path });
  if (passwordFrom.kind === 'environment') {
    pending.push({ field: 'password-environment', what: passwordFrom.name });
  }
  for (const name of ['ca', 'cert', 'key', 'pfx'] as const) {
    const value = tls[name];
    if (value === null || value.trim() === '' || holdsItself(name, value)) continue;
    const path = isKeptSecret(value) ? null : namedPath(name, value);
    if (path !== null) pending.push({ field: TLS_FIELDS[name], what: path });
    tls[name] = null;
  }
  tls.passphrase = withoutMark(tls.passphrase);
  const safe = {
    ...options,
    tls,
    password: withoutMark(options.password),
    passwordFrom: { kind: 'text' as const },
  };
  return { options: safe, pending };
}

function withoutMark(value: string | null): string | null {
  return isKeptSecret(value) ? null : value;
}

/** Puts back what the user has confirmed. */
export function withConfirmed(
  options: ConnectionOptions,
  pending: readonly Pending[],
  confirmed: readonly ConfirmedField[],
): ConnectionOptions {
  return pending.filter(({ field }) => confirmed.includes(field)).reduce(confirm, options);
}

function confirm(options: ConnectionOptions, { field, what }: Pending): ConnectionOptions {
  switch (field) {
    case 'password-file':
      return { ...options, passwordFrom: { kind: 'file', path: what } };
    case 'password-environment':
      return { ...options, passwordFrom: { kind: 'environment', name: what } };
    case 'ca':
      return { ...options, tls: { ...options.tls, ca: what } };
    case 'certificate':
      return { ...options, tls: { ...options.tls, cert: what } };
    case 'key':
      return { ...options, tls: { ...options.tls, key: what } };
    case 'pkcs12':
      return { ...options, tls: { ...options.tls, pfx: what } };
  }
}

/** The questions a window asks, with the broker that would get the answer. */
export function confirmations(options: ConnectionOptions, pending: readonly Pending[]): Confirmation[] {
  const broker = escapeUnsafe(hostAndPort(options));
  return pending.map(({ field, what }) => {
    const shown = escapeUnsafe(what);
    return { field, what: shown, broker, text: question(field, shown, broker) };
  });
}

function question(field: ConfirmedField, what: string, broker: string): string {
  switch (field) {
    case 'password-file':
      return `Send the contents of the file ${what} to ${broker} as the password?`;
    case 'password-environment':
      return `Send the environment variable ${what} to ${broker} as the password?`;
    case 'ca':
      return `Trust the CA certificates in the file ${what} when connecting to ${broker}?`;
    case 'certificate':
      return `Show the certificate in the file ${what} to ${broker}?`;
    case 'key':
      return `Sign in at ${broker} with the private key in the file ${what}?`;
    case 'pkcs12':
      return `Sign in at ${broker} with the certificate and key in the file ${what}?`;
  }
}
