import { useState } from 'react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { formatCounted } from '../../../ui/base/format.ts';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import '../base/dialogs.css';

/** Asks before a connection's history is gone for good, and says what goes and what stays. */
export function RemoveDialog({ app, id }: { readonly app: AppState; readonly id: ConnectionId }) {
  const [problem, setProblem] = useState<Failure | null>(null);
  const words = closeWords(app, id);
  const remove = async () => {
    const close = app.shell.closer('dialog');
    const failure = await app.connections.close(id);
    if (failure === null) close();
    else setProblem(failure);
  };
  return (
    <Dialog
      open
      title={words.title}
      onClose={() => app.shell.close()}
      footer={
        <>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={() => app.shell.close()}>
            Cancel
          </Button>
          <Button variant="danger" onClick={() => void remove()}>
            {words.action}
          </Button>
        </>
      }
    >
      <div className="dialog-text">
        <p>{words.text}</p>
        {problem === null ? null : (
          <StatusText tone="err" role="alert">
            {problem.message} {problem.advice}
          </StatusText>
        )}
      </div>
    </Dialog>
  );
}

function closeWords(app: AppState, id: ConnectionId) {
  const connection = app.connections.store.getState().connections.find((one) => one.id === id);
  const name = connection?.name ?? 'this connection';
  const kept = formatCounted(connection?.received ?? 0, 'message');
  return {
    title: `Close ${name}?`,
    text: `It disconnects, and its topics and history (${kept} received) are forgotten. A saved profile stays.`,
    action: 'Close connection',
  };
}
