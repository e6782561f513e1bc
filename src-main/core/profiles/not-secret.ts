import { NotSecret } from '../../contract/model/connect-fields.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';

/** A password stands beside the username, or comes from somewhere: so the username is none itself. */
export function hasPassword({
  password,
  passwordFrom,
  signing,
}: {
  readonly password: string | null;
  readonly passwordFrom: { readonly kind: string };
  readonly signing: { readonly kind: string };
}): boolean {
  return isGiven(password) || passwordFrom.kind !== 'text' || signing.kind === 'azure-sas';
}

export const isGiven = (text: string | null | undefined): boolean =>
  text !== null && text !== undefined && text !== '';

/** A name means the same however it is written. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}

/** A parameter in the query of a path. */
export interface Parameter {
  /** As it stands there. */
  readonly text: string;
  /** Without % signs; of a value without a name, the value. */
  readonly name: string;
  readonly value: string;
}

export function queryOf(path: string): readonly Parameter[] {
  const at = path.indexOf('?');
  const texts = at < 0 ? [] : path.slice(at + 1).split('&');
  return texts.map((text) => {
    const end = text.indexOf('=');
    return end < 0
      ? { text, name: decoded(text), value: text }
      : { text, name: decoded(text.slice(0, end)), value: text.slice(end + 1) };
  });
}

export function isSecretHeader(name: string, { headers }: NotSecret): boolean {
  return !headers.includes(name.toLowerCase());
}

export function isSecretParameter(name: string, { query }: NotSecret): boolean {
  return !query.includes(name);
}

/** Names that say that they hold a secret. */
const SECRET_NAME = /auth|cookie|token|secret|passw|pwd|key|code|sas\b|credential|sig|jwt|session/i;

/**
 * What a file may say of itself: that something is no secret where its value stands in the file, under a name that
 * does not say the opposite. What is entered there later is meant to be safe.
 */
export function marksOfFile(options: ConnectionOptions): ConnectionOptions {
  const { notSecret, headers, path, username, proxy } = options;
  const usual = NotSecret.parse({});
  const given = (names: readonly string[], known: readonly string[], there: readonly string[]): string[] =>
    names.filter((name) => known.includes(name) || (there.includes(name) && !SECRET_NAME.test(name)));
  const marks: NotSecret = {
    username: notSecret.username && isGiven(username),
    proxyUsername: notSecret.proxyUsername && isGiven(proxy?.username),
    headers: given(
      notSecret.headers,
      usual.headers,
      headers.filter(({ value }) => value !== '').map(({ name }) => name.toLowerCase()),
    ),
    query: given(
      notSecret.query,
      usual.query,
      queryOf(path)
        .filter(({ value }) => value !== '')
        .map(({ name }) => name),
    ),
  };
  return { ...options, notSecret: marks };
}
