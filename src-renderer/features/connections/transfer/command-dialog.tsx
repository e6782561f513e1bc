import { useEffect, useState } from 'react';
import { Copy } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine } from '../../../state/engine/call-engine.ts';
import { copyText } from '../../../state/browser/copy-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { Segmented } from '../../../ui/controls/segmented.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import '../../../ui/controls/field.css';
import '../base/dialogs.css';
import './transfer.css';

const TOOLS = [
  { value: 'mosquitto_sub', label: 'mosquitto_sub' },
  { value: 'mosquitto_pub', label: 'mosquitto_pub' },
] as const;
const SHELLS = [
  { value: 'sh', label: 'sh, bash, zsh' },
  { value: 'cmd', label: 'cmd.exe' },
] as const;

type Tool = (typeof TOOLS)[number]['value'];
type Shell = (typeof SHELLS)[number]['value'];
type Answer =
  | { readonly kind: 'command'; readonly text: string; readonly notes: readonly string[] }
  | Failure;

/** An answer, and what it is one to. */
interface Given {
  readonly answer: Answer;
  readonly tool: Tool;
  readonly shell: Shell;
}

interface CommandDialogProps {
  readonly app: AppState;
  readonly options: ConnectionOptions;
}

/** What one would type to do the same with mosquitto's own programs; never with a secret in it. */
export function CommandDialog({ app, options }: CommandDialogProps) {
  const [tool, setTool] = useState<Tool>('mosquitto_sub');
  const [shell, setShell] = useState<Shell>('sh');
  const [given, setGiven] = useState<Given | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    let stale = false;
    void callEngine(() => app.engine.call('commandLine', { options, tool, shell })).then((answer) => {
      if (stale) return;
      setGiven({ answer, tool, shell });
      setSaid('');
    });
    return () => {
      stale = true;
    };
  }, [app, options, tool, shell]);
  // Nothing is shown or copied under the name of another program or shell.
  const answer = given?.tool === tool && given.shell === shell ? given.answer : null;
  const command = answer?.kind === 'command' ? answer : null;
  const copy = async () => {
    if (command === null) return;
    setSaid(
      (await copyText(command.text)) ? 'Copied.' : 'The clipboard refused. Select the text and copy it.',
    );
  };
  return (
    <Dialog
      open
      title="Command line"
      aside={<bdi className="tone-mut cut">{escapeUnsafe(options.name)}</bdi>}
      width="640px"
      onClose={() => app.shell.closeOver()}
      footer={
        <>
          <output className="tone-mut">{said}</output>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={() => app.shell.closeOver()}>
            Close
          </Button>
          <Button variant="primary" icon={Copy} disabled={command === null} onClick={() => void copy()}>
            Copy command
          </Button>
        </>
      }
    >
      <div className="dialog-text">
        <div className="command-choice">
          <Segmented label="Program" options={TOOLS} value={tool} onChange={setTool} />
          <Segmented label="For" options={SHELLS} value={shell} onChange={setShell} />
        </div>
        <textarea
          className="input input-mono command-text"
          aria-label="Command"
          readOnly
          rows={6}
          spellCheck={false}
          value={command?.text ?? ''}
        />
        {command?.notes.map((note) => (
          <StatusText key={note} tone="warn">
            {escapeUnsafe(note)}
          </StatusText>
        ))}
        {answer?.kind === 'failed' ? (
          <StatusText tone="err" role="alert">
            {escapeUnsafe(answer.message)} <span className="tone-mut">{escapeUnsafe(answer.advice)}</span>
          </StatusText>
        ) : null}
      </div>
    </Dialog>
  );
}
