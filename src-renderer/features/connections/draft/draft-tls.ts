import type { TlsOptions } from '../../../../src-main/contract/model/model.ts';
import { readHost } from '../../../../src-main/core/profiles/host.ts';
import { hostRule, textOrNull } from './draft-rules.ts';

/** What TLS asks for, as typed. */
export interface TlsDraft extends Pick<TlsOptions, 'verify' | 'checks' | 'systemCa' | 'minVersion'> {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly passphrase: string;
  readonly pfx: string;
  readonly servername: string;
  /** Names divided by commas. */
  readonly alpn: string;
}

export function tlsDraftOf(tls: TlsOptions): TlsDraft {
  return {
    verify: tls.verify,
    checks: tls.checks,
    systemCa: tls.systemCa,
    minVersion: tls.minVersion,
    ca: tls.ca ?? '',
    cert: tls.cert ?? '',
    key: tls.key ?? '',
    passphrase: tls.passphrase ?? '',
    pfx: tls.pfx ?? '',
    servername: tls.servername ?? '',
    alpn: tls.alpn.join(', '),
  };
}

export function tlsOptionsOf(draft: TlsDraft): TlsOptions {
  const text = (value: string) => (value.trim() === '' ? null : value);
  return {
    verify: draft.verify,
    checks: draft.checks,
    systemCa: draft.systemCa,
    minVersion: draft.minVersion,
    ca: text(draft.ca),
    cert: text(draft.cert),
    key: text(draft.key),
    passphrase: textOrNull(draft.passphrase),
    pfx: text(draft.pfx),
    servername: text(draft.servername),
    alpn: namesOf(draft.alpn),
  };
}

function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Broken rules by field, as `tls.alpn`. */
export function tlsErrors(draft: TlsDraft): Readonly<Record<string, string | null>> {
  const names = namesOf(draft.alpn);
  return {
    'tls.servername': serverNameRule(draft.servername),
    'tls.alpn':
      names.length > 16 || names.some((name) => name.length > 255)
        ? 'Use at most 16 names of at most 255 characters.'
        : null,
  };
}

function serverNameRule(text: string): string | null {
  if (text.trim() === '') return null;
  const read = readHost(text);
  return read.kind === 'host' && read.port !== null
    ? 'Enter the name alone, without a port.'
    : hostRule(text, 'server name');
}
