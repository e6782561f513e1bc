import { formatCounted, plural } from '../text/amounts.ts';
import type { TlsCheck, TlsProblem, TlsVerdict } from '../../contract/model/certificates.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TlsOptions } from '../../contract/model/model.ts';
import type { Fault } from './findings.ts';
import { day, daysUntil, issuerCalled, listed, called } from './labels.ts';
import type { ParsedCertificate } from './x509.ts';

export const CHECKS: readonly TlsCheck[] = ['chain', 'dates', 'hostName'];

const CHECK_WORDS: Readonly<Record<TlsCheck, string>> = {
  chain: 'chain',
  dates: 'dates',
  hostName: 'host name',
};

/** The checks that are turned off, in order. */
export function checksOff({ verify, checks }: Pick<TlsOptions, 'verify' | 'checks'>): TlsCheck[] {
  return CHECKS.filter((check) => !verify || !checks[check]);
}

export interface Judged {
  readonly leaf: ParsedCertificate;
  /** In any order; at most one a check. */
  readonly faults: readonly Fault[];
  readonly off: readonly TlsCheck[];
  /** `host:port`, for sentences. */
  readonly address: string;
  /** That the certificate has to be for. */
  readonly host: string;
  readonly now: number;
  readonly systemStore: string | null;
}

const sorted = (faults: readonly Fault[]): Fault[] =>
  CHECKS.flatMap((check) => faults.filter((fault) => fault.check === check));

export function verdictOf(judged: Judged): TlsVerdict {
  const { off, systemStore } = judged;
  const faults = sorted(judged.faults);
  const deciding = faults.filter(({ check }) => !off.includes(check));
  const outcome = faults.length === 0 ? 'trusted' : deciding.length === 0 ? 'tolerated' : 'refused';
  const problems = faults.map((fault): TlsProblem => ({
    check: fault.check,
    code: fault.code,
    message: `The certificate of ${judged.address} ${fault.what}.`,
    advice: fault.advice,
  }));
  const sentences = [sentenceOf(judged, faults, outcome)];
  if (systemStore !== null) sentences.push(systemStore);
  return { sentence: sentences.join(' '), outcome, off: [...off], problems, systemStore };
}

function sentenceOf(judged: Judged, faults: readonly Fault[], outcome: TlsVerdict['outcome']): string {
  const { leaf, off, now, host, address } = judged;
  if (outcome === 'trusted') {
    const days = daysUntil(leaf.notAfter, now);
    const left = formatCounted(days, 'day');
    return `The certificate is trusted: ${called(leaf)}, signed by ${issuerCalled(leaf)}, is for ${host} and valid until ${day(leaf.notAfter)} (${left} left).`;
  }
  const wrong = wrongWith(address, faults);
  if (outcome === 'refused') return wrong;
  const checks = listed(off.map((check) => CHECK_WORDS[check]));
  return `${wrong} It is accepted nevertheless, because the ${checks} ${plural(off.length, 'check is', 'checks are')} turned off: the answer may come from anyone on the way.`;
}

/** All that is wrong in one sentence. */
function wrongWith(address: string, faults: readonly Fault[]): string {
  return `The certificate of ${address} ${listed(faults.map(({ what }) => what))}.`;
}

/** Why the connection is refused; null if all faults are tolerated. Tolerated faults are not mentioned. */
export function refusalOf(judged: Judged): Failure | null {
  const deciding = sorted(judged.faults).filter(({ check }) => !judged.off.includes(check));
  const [first] = deciding;
  if (!first) return null;
  const advice = [...new Set(deciding.map((fault) => fault.advice))];
  const checks = listed(deciding.map(({ check }) => CHECK_WORDS[check]));
  advice.push(
    `Only for a test: turn off the ${checks} ${plural(deciding.length, 'check')} under “Verify server certificate”.`,
  );
  const message = [wrongWith(judged.address, deciding)];
  if (judged.systemStore !== null) message.push(judged.systemStore);
  return failed(first.code, message.join(' '), advice.join(' '));
}
