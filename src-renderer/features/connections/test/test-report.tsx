import { useEffect, useRef, useState } from 'react';
import {
  Circle,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  Copy,
  ShieldCheck,
  type LucideIcon,
} from 'lucide-react';
import type {
  ConnectionTestReport,
  TestStep,
  TestStepName,
} from '../../../../src-main/contract/connection-test.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { copyText } from '../../../state/browser/copy-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { classes } from '../../../ui/base/classes.ts';
import { formatCounted, formatDuration } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import type { ConnectionTest, TestRun } from './connection-test.ts';
import type { SectionId } from '../draft/draft-check.ts';
import './test-report.css';

const STEPS: Readonly<Record<TestStepName, string>> = {
  lookup: 'Lookup',
  tcp: 'TCP',
  proxy: 'Proxy',
  tls: 'TLS',
  websocket: 'WebSocket',
  connect: 'CONNECT',
  subscribe: 'SUBSCRIBE',
};
/** The part of the form that a failed step leads back to. */
const SECTIONS: Readonly<Record<TestStepName, readonly [SectionId, string]>> = {
  lookup: ['general', 'General'],
  tcp: ['general', 'General'],
  proxy: ['advanced', 'Advanced'],
  tls: ['tls', 'TLS'],
  websocket: ['general', 'General'],
  connect: ['authentication', 'Authentication'],
  subscribe: ['subscriptions', 'Subscriptions'],
};
/** Where it is not what the step usually fails for: at CONNECT a wrong port shows as well. */
const BY_CODE: Readonly<Record<string, readonly [SectionId, string]>> = {
  'closed-at-connect': ['general', 'General'],
  'http-answer': ['general', 'General'],
  'not-mqtt': ['general', 'General'],
  // The MQTT version.
  'connack-1': ['general', 'General'],
  'connack-132': ['general', 'General'],
  // The client ID.
  'connack-2': ['session', 'Session'],
  'connack-133': ['session', 'Session'],
};
const STATES: Readonly<Record<TestStep['state'], readonly [LucideIcon, string, string]>> = {
  waiting: [Circle, 'tone-faint', 'waiting'],
  running: [CircleDashed, 'tone-mut', 'running'],
  ok: [CircleCheck, 'tone-ok', 'done'],
  failed: [CircleAlert, 'tone-err', 'failed'],
  skipped: [CircleMinus, 'tone-faint', 'skipped'],
};
/** Lines of a step that are shown; the copied report has them all. */
const SHOWN_DETAILS = 4;

interface TestReportProps {
  readonly app: AppState;
  readonly test: Pick<ConnectionTest, 'cancel'>;
  readonly run: TestRun;
  /** Brings a part of the form into sight. */
  readonly onGoTo: (section: SectionId) => void;
}

/** What a test found out so far, step by step, and how it ended. */
export function TestReport({ app, test, run, onGoTo }: TestReportProps) {
  const box = useRef<HTMLElement>(null);
  // Once when it begins, and once more when its end has made it taller.
  const stage = run.kind === 'report' ? run.report.kind : run.kind;
  useEffect(() => {
    if (stage !== 'idle') box.current?.scrollIntoView({ block: 'nearest' });
  }, [stage]);
  if (run.kind === 'idle') return null;
  return (
    <section ref={box} className="test" aria-label="Test">
      {run.kind === 'report' ? <Report {...{ app, test, onGoTo }} report={run.report} /> : null}
      {run.kind === 'starting' ? <p className="tone-mut">Starting the test.</p> : null}
      {run.kind === 'broken' ? (
        <StatusText tone="err" role="alert">
          {run.problem.message} <span className="tone-mut">{run.problem.advice}</span>
        </StatusText>
      ) : null}
    </section>
  );
}

interface ReportProps extends Omit<TestReportProps, 'run'> {
  readonly report: ConnectionTestReport;
}

function Report({ app, report, test, onGoTo }: ReportProps) {
  const { kind, steps, ms, certificates, address } = report;
  let before = 0;
  return (
    <>
      <div className="test-head">
        <h3>Test</h3>
        <span className="tone-mut">
          {kind === 'running' ? 'running' : `${formatDuration(ms)}, ${endWords(report)}`}
        </span>
        <span className="dialog-foot-space" />
        {certificates === undefined ? null : (
          <Button
            variant="quiet"
            icon={ShieldCheck}
            onClick={() =>
              app.shell.openOver({
                kind: 'certificates',
                of: { kind: 'shown', certificates, name: address },
              })
            }
          >
            View certificates
          </Button>
        )}
        {kind === 'running' ? (
          <Button variant="quiet" onClick={() => test.cancel()}>
            Stop the test
          </Button>
        ) : (
          <CopyReport text={report.asText} />
        )}
      </div>
      <ol>
        {steps.map((step) => {
          const from = before;
          before += step.ms ?? 0;
          return <Step key={step.step} step={step} from={from} total={ms} />;
        })}
      </ol>
      <Verdict report={report} onGoTo={onGoTo} />
    </>
  );
}

function endWords({ kind, steps }: ConnectionTestReport): string {
  const broken = steps.find(({ state }) => state === 'failed');
  if (kind === 'passed') return broken === undefined ? 'passed' : `passed but for ${STEPS[broken.step]}`;
  return broken === undefined ? 'failed' : `stopped at ${STEPS[broken.step]}`;
}

function Step({
  step,
  from,
  total,
}: {
  readonly step: TestStep;
  readonly from: number;
  readonly total: number;
}) {
  const { state, ms, result, details } = step;
  const [icon, tone, word] = STATES[state];
  return (
    <li className="test-step">
      <div className="test-line-row">
        <Icon of={icon} size={14} className={tone} />
        <span className={state === 'skipped' || state === 'waiting' ? 'tone-faint' : undefined}>
          {STEPS[step.step]} <span className="visually-hidden">{word}</span>
        </span>
        <span className={classes('test-result', state === 'failed' ? 'tone-err' : 'tone-mut')}>
          {escapeUnsafe(result)}
        </span>
        <StepBar from={from} ms={ms ?? 0} total={total} broke={state === 'failed'} />
        <span className="num">{ms === null ? '' : formatDuration(ms)}</span>
      </div>
      {details.slice(0, SHOWN_DETAILS).map((line, index) => (
        <p key={index} className="test-detail">
          {escapeUnsafe(line)}
        </p>
      ))}
      {details.length <= SHOWN_DETAILS ? null : (
        <p className="test-detail">
          {formatCounted(details.length - SHOWN_DETAILS, 'more line')} in the copied report
        </p>
      )}
    </li>
  );
}

interface StepBarProps {
  readonly from: number;
  readonly ms: number;
  readonly total: number;
  readonly broke: boolean;
}

const BAR = 120;

/** One block of the waterfall; the time beside it says the same in figures. */
function StepBar({ from, ms, total, broke }: StepBarProps) {
  const scale = total === 0 ? 0 : BAR / total;
  return (
    <svg width={BAR} height={8} aria-hidden className={broke ? 'tone-err' : 'tone-ok'}>
      <line x1={0} x2={BAR} y1={4} y2={4} className="test-line" />
      {ms === 0 ? null : (
        <rect
          x={Math.min(BAR - 2, from * scale)}
          y={0}
          width={Math.max(2, ms * scale)}
          height={8}
          rx={2}
          fill="currentColor"
        />
      )}
    </svg>
  );
}

function Verdict({ report, onGoTo }: Pick<ReportProps, 'report' | 'onGoTo'>) {
  const { kind, verdict, steps, why } = report;
  const broken = steps.find(({ state }) => state === 'failed');
  const running = steps.find(({ state }) => state === 'running');
  const section = broken === undefined ? undefined : (BY_CODE[why?.code ?? ''] ?? SECTIONS[broken.step]);
  return (
    <div className="test-end">
      {/* One place that is announced: the step that is done now, then the end. */}
      <div role="status" aria-label="Test result" className="test-verdict">
        {verdict === null ? (
          <span className="tone-mut">{running === undefined ? 'Starting' : STEPS[running.step]}</span>
        ) : (
          <StatusText tone={kind === 'failed' ? 'err' : broken === undefined ? 'ok' : 'warn'}>
            {escapeUnsafe(verdict.message)} <span className="tone-mut">{escapeUnsafe(verdict.advice)}</span>
          </StatusText>
        )}
      </div>
      {verdict === null || section === undefined ? null : (
        <Button onClick={() => onGoTo(section[0])}>{section[1]}</Button>
      )}
    </div>
  );
}

function CopyReport({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => setSaid((await copyText(text)) ? 'Copied.' : 'The clipboard refused.');
  return (
    <>
      <output className="tone-mut">{said}</output>
      <Button variant="quiet" icon={Copy} onClick={() => void copy()}>
        Copy report
      </Button>
    </>
  );
}
