import { useState } from 'react';
import { useStore } from 'zustand';
import { Rss } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionId, ConnectionSummary, Profile } from '../../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { isFailure } from '../../../state/engine/call-engine.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { requestOf, sameSubscriptions } from '../draft/draft-subscriptions.ts';
import { AddSubscription, LiveSubscription } from './live-subscription.tsx';
import './subscriptions-dialog.css';

interface SubscriptionsDialogProps {
  readonly app: AppState;
  readonly id: ConnectionId;
}

/** `dialog` "Subscriptions": what a connection is subscribed to now, to be changed while it is connected. */
export function SubscriptionsDialog({ app, id }: SubscriptionsDialogProps) {
  const connection = useStore(
    app.connections.store,
    ({ connections }) => connections.find((one) => one.id === id) ?? null,
  );
  return (
    <Dialog
      open
      title="Subscriptions"
      icon={Rss}
      width="760px"
      keepOnOutsidePress
      aside={<span className="tone-mut cut">{escapeUnsafe(connection?.name ?? '')}</span>}
      onClose={() => app.shell.close()}
      footer={
        <>
          {connection === null ? null : <SaveToProfile app={app} connection={connection} />}
          <span className="dialog-foot-space" />
          <Button onClick={() => app.shell.close()}>Close</Button>
        </>
      }
    >
      {connection === null ? (
        <p className="subscriptions-note">This connection is closed.</p>
      ) : (
        <LiveSubscriptions app={app} connection={connection} />
      )}
    </Dialog>
  );
}

function LiveSubscriptions({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const { subscriptions, state } = connection;
  return (
    <div className="subscriptions">
      {state.kind === 'online' ? null : (
        <StatusText tone="mut">
          Not connected: what is changed here is asked for when the connection is back.
        </StatusText>
      )}
      {subscriptions.length === 0 ? (
        <p className="subscriptions-note">There is no subscription, so no message arrives.</p>
      ) : (
        <ul aria-label="Subscriptions">
          {subscriptions.map((one) => (
            <LiveSubscription key={one.filter} app={app} connection={connection} subscription={one} />
          ))}
        </ul>
      )}
      <AddSubscription app={app} connection={connection} />
    </div>
  );
}

/** What is here now becomes what the profile starts with. */
function SaveToProfile({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const profile = useStore(
    app.profiles.store,
    ({ profiles }) => profiles.find(({ id }) => id === connection.profileId) ?? null,
  );
  const [problem, setProblem] = useState<Failure | null>(null);
  if (profile === null) return <span className="tone-mut">This connection has no saved profile.</span>;
  const saved = sameSubscriptions(profile.options.subscriptions, connection.subscriptions.map(requestOf));
  const save = async ({ id, options }: Profile) => {
    const subscriptions = connection.subscriptions.map(requestOf);
    const answer = await app.profiles.save(id, { ...options, subscriptions });
    setProblem(isFailure(answer) ? answer : null);
  };
  return (
    <>
      <Button disabled={saved} onClick={() => void save(profile)}>
        Save to profile
      </Button>
      {problem === null ? (
        <span role="status" className="tone-mut">
          {saved ? 'The profile has the same list.' : ''}
        </span>
      ) : (
        <StatusText tone="err" role="alert">
          {problem.message} {problem.advice}
        </StatusText>
      )}
    </>
  );
}
