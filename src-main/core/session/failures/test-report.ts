import type { ServerCertificates } from '../../../contract/model/certificates.ts';
import type { ConnectionTestReport, TestStep, TestStepName } from '../../../contract/connection-test.ts';
import type { Failure } from '../../../contract/base/errors.ts';
import { day } from '../../tls/labels.ts';

export const STEP_TITLES: Readonly<Record<TestStepName, string>> = {
  lookup: 'Lookup',
  tcp: 'TCP',
  proxy: 'Proxy',
  tls: 'TLS',
  websocket: 'WebSocket',
  connect: 'CONNECT',
  subscribe: 'SUBSCRIBE',
};
const ORDER = Object.keys(STEP_TITLES) as TestStepName[];

/** Lines under one step; a subscription has one each. */
const MOST_DETAILS = 1_100;

interface Step {
  state: TestStep['state'];
  ms: number | null;
  result: string;
  details: string[];
  startedAt: number;
}

const fresh = (): Step => ({ state: 'waiting', ms: null, result: '', details: [], startedAt: 0 });

/** The report of a test as it grows. Times are ms of a clock that only goes on. */
export class TestReport {
  readonly #address: string;
  readonly #startedAt: number;
  readonly #steps = new Map<TestStepName, Step>(ORDER.map((name) => [name, fresh()]));
  #verdict: ConnectionTestReport['verdict'] = null;
  #why: Failure | null = null;
  #certificates: ServerCertificates | null = null;
  #endedAt: number | null = null;

  constructor(address: string, now: number) {
    this.#address = address;
    this.#startedAt = now;
  }

  get running(): TestStepName | null {
    return ORDER.find((name) => this.#of(name).state === 'running') ?? null;
  }

  skip(name: TestStepName, why: string): void {
    Object.assign(this.#of(name), { state: 'skipped', result: why });
  }

  /** A step begins; whatever ran before is done. Again, where another attempt is made. */
  enter(name: TestStepName, now: number): void {
    const running = this.running;
    if (running === name) return;
    if (running !== null) this.done(running, '', now);
    const step = this.#of(name);
    Object.assign(step, { state: 'running', ms: null, result: '', startedAt: now });
  }

  /** @param line without secrets */
  detail(name: TestStepName, line: string): void {
    const { details } = this.#of(name);
    if (details.length < MOST_DETAILS && !details.includes(line)) details.push(line);
  }

  /** What the broker showed: the whole for the window, a line each for the text. */
  shows(certificates: ServerCertificates): void {
    this.#certificates = certificates;
    for (const [i, one] of certificates.chain.entries()) {
      this.detail(
        'tls',
        `Certificate ${i + 1}: ${one.subjectLine || 'no name'}, until ${day(one.notAfter)}, signed by ${one.issuerLine || 'no name'}`,
      );
    }
    this.detail('tls', certificates.verdict.sentence);
  }

  details(name: TestStepName): readonly string[] {
    return this.#of(name).details;
  }

  /** A sentence about a step that runs or is done. */
  says(name: TestStepName, result: string): void {
    this.#of(name).result = result;
  }

  done(name: TestStepName, result: string, now: number): void {
    const step = this.#of(name);
    if (step.state === 'running') Object.assign(step, { state: 'ok', ms: round(now - step.startedAt) });
    if (result !== '') step.result = result;
  }

  /** What runs beyond it was begun too early, and is not reached. */
  failed(name: TestStepName, why: Failure, now: number): void {
    const step = this.#of(name);
    const { running } = this;
    if (running !== null && running !== name)
      Object.assign(this.#of(running), { state: 'waiting', ms: null, result: '' });
    const ms = step.state === 'running' ? round(now - step.startedAt) : step.ms;
    Object.assign(step, { state: 'failed', ms, result: why.message });
    this.#why = why;
  }

  /** Nothing follows; what was not done is skipped. */
  end(verdict: NonNullable<ConnectionTestReport['verdict']>, now: number): void {
    this.#verdict = verdict;
    this.#endedAt = now;
    for (const step of this.#steps.values()) {
      if (step.state === 'waiting') Object.assign(step, { state: 'skipped', result: 'Not reached.' });
    }
  }

  get ended(): boolean {
    return this.#verdict !== null;
  }

  read(now: number): ConnectionTestReport {
    const steps = ORDER.map((name): TestStep => {
      const { state, ms, result, details, startedAt } = this.#of(name);
      const soFar = state === 'running' ? round(now - startedAt) : ms;
      return { step: name, state, ms: soFar, result, details: [...details] };
    });
    const report: ConnectionTestReport = {
      kind: this.#verdict === null ? 'running' : this.#why === null ? 'passed' : 'failed',
      address: this.#address,
      steps,
      ms: round((this.#endedAt ?? now) - this.#startedAt),
      verdict: this.#verdict,
      why: this.#why,
      ...(this.#certificates ? { certificates: this.#certificates } : {}),
      asText: '',
    };
    return { ...report, asText: reportText(report) };
  }

  #of(name: TestStepName): Step {
    const step = this.#steps.get(name);
    if (!step) throw new Error(`no step ${name}`);
    return step;
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

const MARKS: Readonly<Record<TestStep['state'], string>> = {
  waiting: 'waiting',
  running: 'running',
  ok: 'ok',
  failed: 'FAILED',
  skipped: 'skipped',
};

/** The report as plain text: a line a step, what was found out below it, the verdict last. */
function reportText(report: ConnectionTestReport): string {
  const lines = [`Test of ${report.address}: ${report.kind}, ${report.ms} ms`];
  for (const { step, state, ms, result, details } of report.steps) {
    const time = ms === null ? '' : ` ${ms} ms`;
    lines.push(`${STEP_TITLES[step].padEnd(10)} ${MARKS[state].padEnd(8)}${time}  ${result}`.trimEnd());
    for (const detail of details) lines.push(`    ${detail}`);
  }
  if (report.verdict) lines.push('', `${report.verdict.message} ${report.verdict.advice}`.trim());
  return `${lines.join('\n')}\n`;
}
