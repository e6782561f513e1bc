import {
  isSecretHeader,
  isSecretParameter,
  hasPassword,
  queryOf,
} from '../../../../../src-main/core/profiles/not-secret.ts';
import { usesPath, type Draft } from '../../draft/editor-draft.ts';

/*
 * Whether a part of the form holds a secret, as typed or as a mark of what is saved: how those are kept is said
 * right there, and not only beside the password.
 */

export function authenticationHolds(draft: Draft): boolean {
  const { password, passwordFrom, username, notSecret, signing } = draft;
  const typed = password !== '' && passwordFrom.kind === 'text';
  // A username without a password may be a token.
  const lone = username !== '' && !notSecret.username && !hasPassword(draft);
  switch (signing.kind) {
    case 'aws-sigv4':
      return typed || lone || signing.secretAccessKey !== '' || signing.sessionToken !== '';
    case 'azure-sas':
      return typed || lone || signing.key !== '';
    case 'none':
      return typed || lone;
  }
}

export function pathHolds({ protocol, path, notSecret }: Draft): boolean {
  if (!usesPath(protocol)) return false;
  return queryOf(path).some(({ name, value }) => value !== '' && isSecretParameter(name, notSecret));
}

export function headersHold({ protocol, headers, notSecret }: Draft): boolean {
  if (!usesPath(protocol)) return false;
  return headers.some(({ name, value }) => value !== '' && isSecretHeader(name, notSecret));
}

export function proxyHolds({ protocol, proxy, notSecret }: Draft): boolean {
  if (proxy.kind === 'none' || protocol === 'unix') return false;
  return proxy.password !== '' || (proxy.username !== '' && !notSecret.proxyUsername);
}

/** A key that is only named by its path is no secret of the profile. */
export function tlsHolds({ tls }: Draft): boolean {
  return tls.passphrase !== '' || tls.key.includes('PRIVATE KEY');
}
