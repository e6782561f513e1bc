import { CircleAlert, CircleCheck } from 'lucide-react';
import { phaseWords, tlsWords } from '../../state/describe.ts';
import { formatDuration } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { StatusText } from '../../ui/status-text.tsx';
import { phaseName, type TestReport as Report } from './connection-test.ts';

/** The phases of a test with their times, then how it ended. */
export function TestReport({ report }: { readonly report: Report }) {
  const { kind, phases, state, why } = report;
  const total = phases.reduce((sum, { ms }) => sum + ms, 0);
  let before = 0;
  return (
    <section className="test" aria-label="Test">
      <h3 className="test-head">
        Test <span className="tone-mut">{kind === 'running' ? 'running' : formatDuration(total)}</span>
      </h3>
      <ol>
        {phases.map(({ phase, ms }, index) => {
          const from = before;
          before += ms;
          const broke = kind === 'failed' && index === phases.length - 1;
          return (
            <li key={`${phase} ${index}`} className="test-phase">
              <Icon
                of={broke ? CircleAlert : CircleCheck}
                size={14}
                className={broke ? 'tone-err' : 'tone-ok'}
              />
              <span>{phaseName(phase)}</span>
              <PhaseBar from={from} ms={ms} total={total} broke={broke} />
              <span className="num">{formatDuration(ms)}</span>
            </li>
          );
        })}
      </ol>
      <div role="status" aria-label="Test result">
        {kind === 'running' ? (
          <span className="tone-mut">{state === null ? 'Opening' : (phaseWords(state) ?? 'Opening')}</span>
        ) : null}
        {kind === 'passed' && state?.kind === 'online' ? (
          <StatusText tone="ok">
            The broker accepted us: MQTT {state.version}
            {tlsWords(state) === null ? ', not encrypted' : `, ${tlsWords(state)}`}, at {state.address}. The
            test used a client ID of its own and is closed again.
          </StatusText>
        ) : null}
        {why === null ? null : (
          <StatusText tone="err">
            {why.message} <span className="tone-mut">{why.advice}</span>
          </StatusText>
        )}
      </div>
    </section>
  );
}

interface PhaseBarProps {
  readonly from: number;
  readonly ms: number;
  readonly total: number;
  readonly broke: boolean;
}

/** One block of the waterfall; the time beside it says the same in figures. */
function PhaseBar({ from, ms, total, broke }: PhaseBarProps) {
  const scale = total === 0 ? 0 : 200 / total;
  return (
    <svg width={200} height={8} aria-hidden className={broke ? 'tone-err' : 'tone-ok'}>
      <line x1={0} x2={200} y1={4} y2={4} className="test-line" />
      <rect
        x={Math.min(198, from * scale)}
        y={0}
        width={Math.max(2, ms * scale)}
        height={8}
        rx={2}
        fill="currentColor"
      />
    </svg>
  );
}
