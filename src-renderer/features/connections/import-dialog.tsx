import { useEffect, useState } from 'react';
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { Failure } from '../../../src-main/contract/errors.ts';
import type { ConnectionOptions } from '../../../src-main/contract/model.ts';
import type { AppState } from '../../state/app-state.ts';
import { attempt, isFailure } from '../../state/attempt.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatCounted } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { StatusText } from '../../ui/status-text.tsx';
import './dialogs.css';

/** More than this many lines are not read: nobody would check them by eye. */
const MAX_LINES = 200;
const SETTLE_MS = 150;

type Reading = {
  readonly text: string;
  readonly answer: { kind: 'address'; options: ConnectionOptions } | Failure;
};

/** Addresses, one a line; each is shown as it was read before anything is saved. */
export function ImportDialog({ app }: { readonly app: AppState }) {
  const [text, setText] = useState('');
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  const [problem, setProblem] = useState<Failure | null>(null);
  const [saving, setSaving] = useState(false);
  const lines = linesOf(text);

  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      void Promise.all(
        linesOf(text)
          .slice(0, MAX_LINES)
          .map((line) => read(app, line)),
      ).then((all) => {
        if (!stale) setReadings(all);
      });
    }, SETTLE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [app, text]);

  // While it is being read, what was read before is not what is there.
  const isRead = lines.slice(0, MAX_LINES).join('\n') === readings.map((one) => one.text).join('\n');
  const good = readings.flatMap(({ answer }) => (answer.kind === 'address' ? [answer.options] : []));
  const save = async () => {
    setSaving(true);
    for (const options of good) {
      const saved = await app.profiles.save(null, options);
      if (!isFailure(saved)) continue;
      setSaving(false);
      return setProblem(saved);
    }
    app.shell.close();
  };

  return (
    <Dialog
      open
      title="Import connections"
      width="640px"
      keepOnOutsidePress
      onClose={() => app.shell.close()}
      footer={
        <>
          <span className="tone-mut">Nothing connects until you say so.</span>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={() => app.shell.close()}>
            Cancel
          </Button>
          <Button
            variant="primary"
            disabled={!isRead || saving || good.length === 0}
            onClick={() => void save()}
          >
            {good.length === 0 ? 'Save profiles' : `Save ${formatCounted(good.length, 'profile')}`}
          </Button>
        </>
      }
    >
      <div className="dialog-text">
        <p>
          This version reads addresses, one a line: <span className="mono">mqtt://</span>,{' '}
          <span className="mono">mqtts://</span>, <span className="mono">ws://</span> or{' '}
          <span className="mono">wss://</span>, with user, password, port and path where you have them. Files
          of other programs are not read yet.
        </p>
        <textarea
          className="input input-mono import-box"
          rows={6}
          aria-label="Addresses"
          spellCheck={false}
          value={text}
          placeholder={'mqtts://ops@broker.plant.example:8883\nws://gateway.local:9001/mqtt'}
          onChange={(event) => setText(event.target.value)}
        />
        {lines.length <= MAX_LINES ? null : (
          <StatusText tone="warn">Only the first {MAX_LINES} lines are read.</StatusText>
        )}
        {lines.length === 0 ? null : (
          <ul className="import-list" aria-label="What was read">
            {readings.map(({ text: line, answer }, index) => (
              <ReadingRow key={`${index} ${line}`} line={line} answer={answer} />
            ))}
          </ul>
        )}
        {problem === null ? null : (
          <StatusText tone="err" role="alert">
            {problem.message} {problem.advice}
          </StatusText>
        )}
      </div>
    </Dialog>
  );
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function ReadingRow({ line, answer }: { readonly line: string; readonly answer: Reading['answer'] }) {
  if (answer.kind === 'failed') {
    return (
      <li className="import-row">
        <Icon of={CircleAlert} size={14} className="tone-err" />
        <span className="mono cut">{line}</span>
        <span className="tone-err">{answer.message}</span>
      </li>
    );
  }
  const { protocol, host, port, username } = answer.options;
  return (
    <li className="import-row">
      <Icon of={CircleCheck} size={14} className="tone-ok" />
      <span className="cut">{answer.options.name === '' ? host : answer.options.name}</span>
      <span className="tone-mut cut">
        {protocol}, {host}:{port}
        {username === null ? '' : `, user ${username}`}
      </span>
    </li>
  );
}

async function read(app: AppState, text: string): Promise<Reading> {
  return {
    text,
    answer: await attempt(() => app.engine.call('readAddress', { text: text.slice(0, 8_192) })),
  };
}
