import { useState } from 'react';
import { useStore } from 'zustand';
import { CircleOff, History, RotateCw, Settings2 } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type {
  ConnectionId,
  ConnectionState,
  ConnectionSummary,
} from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { isOff, phaseWords } from '../../../state/connections/describe.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { formatClock, formatSpan, secondsUntil } from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { reportOf } from '../base/actions.ts';
import { Banner } from '../../../ui/feedback/banner.tsx';
import { OnlineBanner } from './online-banner.tsx';
import { RemedyButton } from './remedy-button.tsx';

/** A first attempt faster than this shows nothing: no flicker when all is well. ms */
const PATIENCE_MS = 400;

/**
 * What a person has to know of the selected connection: why it is off, what it waits for, what was
 * refused. Otherwise it shows what is subscribed to, so that its place is never empty.
 */
export function ConnectionBanner({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const trouble = useStore(app.connections.store, (state) => state.troubles.get(connection.id) ?? null);
  const { state, historyLostAt } = connection;
  const [known, setKnown] = useState<number | null>(null);
  return (
    <>
      {historyLostAt === null || historyLostAt === known ? null : (
        <Banner
          tone="warn"
          role="status"
          icon={History}
          title={`History before ${formatClock(historyLostAt)} is lost.`}
          actions={
            <Button variant="quiet" onClick={() => setKnown(historyLostAt)}>
              Dismiss
            </Button>
          }
        >
          The process that held it stopped and was started again. Counters and values start from there.
        </Banner>
      )}
      {state.kind === 'online' ? null : <OfflineBanner app={app} connection={connection} trouble={trouble} />}
      {connection.profileChanged ? <ChangedBanner app={app} connection={connection} /> : null}
      {state.kind === 'online' ? <OnlineBanner app={app} connection={connection} /> : null}
    </>
  );
}

/** The saved profile is another one now. Connecting applies it, which starts the connection over. */
function ChangedBanner({
  app,
  connection: { id, state },
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const connect = <Button onClick={() => void reportOf(app, app.connections.connect(id))}>Reconnect</Button>;
  return (
    <Banner
      tone="warn"
      role="status"
      icon={Settings2}
      title="The profile was changed: applies at the next connect."
      // While it is off, the strip above has the button that does the same.
      actions={isOff(state) ? undefined : connect}
    >
      Reconnecting discards the history shown here.
    </Banner>
  );
}

interface OfflineProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly trouble: Failure | null;
}

function OfflineBanner({ app, connection, trouble }: OfflineProps) {
  const { state } = connection;
  if (state.kind === 'online') return null;
  if (state.kind === 'idle' || state.kind === 'stopped')
    return <OffBanner app={app} connection={connection} />;
  const why = state.kind === 'waiting' ? state.why : trouble;
  if (why !== null) return <RetryBanner app={app} connection={connection} state={state} why={why} />;
  return <FirstTryBanner app={app} connection={connection} state={state} />;
}

type Trying = Exclude<ConnectionState, { kind: 'online' | 'idle' | 'stopped' }>;

interface TryingProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly state: Trying;
}

/** One strip from the first failure to success: only its clock changes while attempts come and go. */
function RetryBanner({ app, connection, state, why }: TryingProps & { readonly why: Failure }) {
  const { id } = connection;
  const now = useNow();
  const waiting = state.kind === 'waiting';
  const clock = waiting ? (
    <>
      Next try in <b className="banner-title">{secondsUntil(state.retryAt, now)} s</b>
    </>
  ) : (
    'Trying'
  );
  return (
    <Banner
      tone="warn"
      role="status"
      title={why.message}
      clock={
        <>
          {clock}, attempt {state.attempt}
        </>
      }
      actions={
        <>
          <RemedyButton app={app} connection={connection} why={why} />
          <Button
            aria-disabled={waiting ? undefined : true}
            onClick={() => waiting && void reportOf(app, app.connections.retryNow(id))}
          >
            Retry now
          </Button>
          <DisconnectButton app={app} id={id} />
        </>
      }
    >
      {why.advice}
    </Banner>
  );
}

/** Nothing has failed yet: said only when it takes longer than a moment. */
function FirstTryBanner({ app, connection: { id }, state }: TryingProps) {
  const now = useNow();
  if (state.kind === 'waiting' || now - state.since < PATIENCE_MS) return null;
  return (
    <Banner
      tone="mut"
      role="status"
      icon={RotateCw}
      title={`${phaseWords(state) ?? 'Connecting'}.`}
      clock={formatSpan(now - state.since)}
      actions={<DisconnectButton app={app} id={id} />}
    />
  );
}

function DisconnectButton({ app, id }: { readonly app: AppState; readonly id: ConnectionId }) {
  return (
    <Button variant="quiet" onClick={() => void reportOf(app, app.connections.disconnect(id))}>
      Disconnect
    </Button>
  );
}

function OffBanner({ app, connection }: { readonly app: AppState; readonly connection: ConnectionSummary }) {
  const { id, state, received, profileId } = connection;
  const connect = (
    <Button variant="primary" onClick={() => void reportOf(app, app.connections.connect(id))}>
      Connect
    </Button>
  );
  const why = state.kind === 'stopped' ? state.why : null;
  if (why !== null) {
    const actions = (
      <>
        <RemedyButton app={app} connection={connection} why={why} />
        {profileId === null ? null : (
          <Button onClick={() => app.shell.open({ kind: 'editor', profileId, prefill: null })}>
            Edit profile…
          </Button>
        )}
        {connect}
      </>
    );
    return (
      <Banner tone="err" role="alert" title={why.message} actions={actions}>
        {why.advice} Topicscope does not try again by itself, because that alone would not help.
      </Banner>
    );
  }
  return (
    <Banner tone="mut" role="status" icon={CircleOff} title={disconnectedTitle(state)} actions={connect}>
      {received > 0 ? 'What is shown below is as it was then.' : ''}
    </Banner>
  );
}

function disconnectedTitle(state: ConnectionState): string {
  return state.kind === 'stopped' ? `Disconnected since ${formatClock(state.since)}.` : 'Not connected.';
}
