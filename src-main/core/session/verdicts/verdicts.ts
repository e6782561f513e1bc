import type { Severity, Verdict, VerdictSummary } from '../../../contract/model/verdicts.ts';
import type { Evidence, Finding, VerdictRuleFn } from './evidence.ts';
import { END_RULES } from './ends.ts';
import { LIVE_RULES } from './live.ts';
import { MESSAGE_RULES } from './messages.ts';

const RULES: readonly VerdictRuleFn[] = [...END_RULES, ...LIVE_RULES, ...MESSAGE_RULES];

/** The contract's bound; there are fewer rules. */
const MOST = 50;
/** What is over is shown this long: who looks later wants to know what it was. */
const OVER_MS = 3_600_000;

/** Replaces the advice of a verdict that is over: to wait, or to connect, no longer applies. */
const OVER_ADVICE = 'It is over: nothing to do now.';

const WEIGHT: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 };

/** All that the evidence shows. */
export function findings(evidence: Evidence): Finding[] {
  return RULES.map((rule) => rule(evidence)).filter((finding) => finding !== null);
}

/** Verdicts over time: what is found, and for a while what is not found any more. */
export class VerdictBook {
  readonly #verdicts = new Map<string, { verdict: Verdict; overAt: number | null }>();

  update(found: readonly Finding[], now: number): void {
    const ids = new Set(found.map(({ id }) => id));
    for (const finding of found) this.#found(finding);
    for (const [id, kept] of this.#verdicts) {
      if (ids.has(id)) continue;
      kept.overAt ??= now;
      if (!kept.verdict.over) kept.verdict = { ...kept.verdict, over: true, advice: OVER_ADVICE };
      if (now - kept.overAt > OVER_MS || this.#verdicts.size > MOST) this.#verdicts.delete(id);
    }
  }

  /** Worst first, then newest first; what is over comes last. */
  list(): Verdict[] {
    const all = [...this.#verdicts.values()].map(({ verdict }) => verdict);
    const rank = ({ over, severity }: Verdict): number => (over ? -10 : 0) + WEIGHT[severity];
    return all.sort((a, b) => rank(b) - rank(a) || b.since - a.since).slice(0, MOST);
  }

  get(id: string): Verdict | null {
    return this.#verdicts.get(id)?.verdict ?? null;
  }

  summary(): VerdictSummary | null {
    const current = this.list().filter(({ over }) => !over);
    const worst = current[0];
    if (!worst) return null;
    return { id: worst.id, severity: worst.severity, title: worst.title, count: current.length };
  }

  #found(finding: Finding): void {
    const known = this.#verdicts.get(finding.id);
    const since = known && !known.verdict.over ? known.verdict.since : finding.since;
    const { proof, ...rest } = finding;
    this.#verdicts.set(finding.id, {
      verdict: { ...rest, proof: [...proof], since, over: false },
      overAt: null,
    });
  }
}

/** A verdict as text to be handed on: all of it, and nothing else. */
export function verdictReport(verdict: Verdict, about: readonly string[]): string {
  const time = (at: number | null): string => (at === null ? '' : `${new Date(at).toISOString()}  `);
  const proof = verdict.proof.map(({ at, text }) => `- ${time(at)}${text}`);
  return [
    verdict.title,
    '',
    ...about,
    `Since: ${new Date(verdict.since).toISOString()}${verdict.over ? ' (over)' : ''}`,
    '',
    'What was seen:',
    ...proof,
    '',
    `Likely cause: ${verdict.cause}`,
    `What to do: ${verdict.advice}`,
    '',
  ].join('\n');
}
