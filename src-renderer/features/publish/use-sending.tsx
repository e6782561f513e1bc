import { useEffect, useEffectEvent, useState, type KeyboardEvent, type ReactNode } from 'react';
import { OctagonAlert, Unplug } from 'lucide-react';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { useStore } from 'zustand';
import type { PublishDraft } from '../../state/publish/publish-draft.ts';
import type { Outgoing, Publishing } from '../../state/publish/publish-drafts.ts';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';

interface SendingOptions {
  readonly publishing: Publishing;
  /** What is in the panel. */
  readonly draft: PublishDraft;
  /** Name of the production connection: publishing asks once more. Null: it is none. */
  readonly production: string | null;
  readonly isOnline: boolean;
}

interface SendingKeys {
  /** The message of the panel, or another. */
  readonly send: (other?: PublishDraft) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** Publish was pressed and this very draft could not go out. */
  readonly blocked: Failure | null;
  /** Asked before it goes out: on production, and where there is no connection. */
  readonly question: ReactNode;
}

/** What Publish does: checks, asks where there is something to ask, sends. */
export function useSending({ publishing, draft, production, isOnline }: SendingOptions): SendingKeys {
  const [blocked, setBlocked] = useState<{ readonly of: PublishDraft; readonly failure: Failure } | null>(
    null,
  );
  const [asking, setAsking] = useState<Outgoing | null>(null);
  const send = (other?: PublishDraft) => {
    const outgoing = other === undefined ? publishing.prepare() : publishing.prepareOf(other);
    const isBlocked = outgoing !== null && 'code' in outgoing;
    setBlocked(isBlocked ? { of: draft, failure: outgoing } : null);
    if (outgoing === null || isBlocked) return;
    if (production === null && isOnline) void publishing.publish(outgoing);
    else setAsking(outgoing);
  };
  const asked = useStore(publishing.store, (state) => state.asked);
  const sendAsked = useEffectEvent((other: PublishDraft) => {
    publishing.store.setState({ asked: null });
    send(other);
  });
  useEffect(() => {
    if (asked !== null) sendAsked(asked);
  }, [asked]);
  return {
    send,
    onKeyDown(event) {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      send();
    },
    blocked: blocked?.of === draft ? blocked.failure : null,
    question:
      asking === null ? null : (
        <Question
          asking={asking}
          production={production}
          isOnline={isOnline}
          onCancel={() => setAsking(null)}
          onSend={(queue) => void publishing.publish(asking, queue)}
        />
      ),
  };
}

interface QuestionProps extends Pick<SendingOptions, 'production' | 'isOnline'> {
  readonly asking: Outgoing;
  readonly onCancel: () => void;
  readonly onSend: (queue: boolean) => void;
}

function Question({ asking, production, isOnline, onCancel, onSend }: QuestionProps) {
  const { topic, retain } = asking.template;
  const where = <bdi className="mono">{displayTopic(topic)}</bdi>;
  if (!isOnline) {
    return (
      <ConfirmDialog
        title="Publish when the connection is back?"
        icon={Unplug}
        action="Publish later"
        onCancel={onCancel}
        onConfirm={() => onSend(true)}
      >
        There is no connection{production === null ? '' : ` to ${production}, which is marked as production`}.
        The message to {where} waits until there is one, unless it expires or is discarded first. It is
        forgotten when the program ends.
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      title="Publish to production?"
      icon={OctagonAlert}
      action="Publish to production"
      onCancel={onCancel}
      onConfirm={() => onSend(false)}
    >
      {production} is marked as production. Publish to {where}
      {retain ? ' as retained?' : '?'}
    </ConfirmDialog>
  );
}
