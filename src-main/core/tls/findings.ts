import type { TlsCheck, TlsField, TlsFinding } from '../../contract/model/certificates.ts';

/** One thing that is wrong with the certificate a broker showed; `what` goes on after “The certificate of A”. */
export interface Fault {
  readonly check: TlsCheck;
  readonly code: string;
  readonly what: string;
  readonly advice: string;
}

export const error = (field: TlsField, code: string, message: string, advice: string): TlsFinding => ({
  severity: 'error',
  field,
  code,
  message,
  advice,
});

export const warning = (field: TlsField, code: string, message: string, advice: string): TlsFinding => ({
  severity: 'warning',
  field,
  code,
  message,
  advice,
});

export const note = (field: TlsField, code: string, message: string, advice = ''): TlsFinding => ({
  severity: 'note',
  field,
  code,
  message,
  advice,
});

const ORDER = { error: 0, warning: 1, note: 2 } as const;

/** Errors first; the order is otherwise kept. */
export function bySeverity(findings: readonly TlsFinding[]): TlsFinding[] {
  return findings.toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
