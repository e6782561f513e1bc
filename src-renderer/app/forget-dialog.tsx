import { useState } from 'react';
import { Eraser } from 'lucide-react';
import type { ConnectionId } from '../../src-main/contract/model/model.ts';
import type { TopicsToForget } from '../../src-main/contract/session/found-topics.ts';
import { forgetQuestion } from '../features/topics/forget-labels.ts';
import type { AppState } from '../state/app/app-state.ts';
import { callEngine, isFailure } from '../state/engine/call-engine.ts';
import { forgetTopics } from '../state/forgetting/forget-topics.ts';
import type { ConnectionSession } from '../state/tree/tree-session.ts';
import { ConfirmDialog } from '../ui/feedback/confirm-dialog.tsx';
import { currentSession } from './base/sessions.ts';

interface ForgetDialogProps {
  readonly app: AppState;
  readonly id: ConnectionId;
  readonly what: TopicsToForget;
}

/** Asks before topics and their history are forgotten here. */
export function ForgetDialog({ app, id, what }: ForgetDialogProps) {
  const session = currentSession();
  return session?.connectionId === id ? <Question app={app} session={session} what={what} /> : null;
}

interface QuestionProps {
  readonly app: AppState;
  readonly session: ConnectionSession;
  readonly what: TopicsToForget;
}

function Question({ app, session, what }: QuestionProps) {
  // As it was when it was asked: rows go on changing behind it.
  const [{ title, action, text }] = useState(() => forgetQuestion(session.store.getState(), what));
  const forget = async () => {
    const answer = await callEngine(async () => {
      await forgetTopics(session, what);
      return { kind: 'done' } as const;
    });
    app.shell.report(isFailure(answer) ? answer : null);
  };
  return (
    <ConfirmDialog
      title={title}
      icon={Eraser}
      action={action}
      onConfirm={() => void forget()}
      onCancel={() => app.shell.close()}
    >
      {text}
    </ConfirmDialog>
  );
}
