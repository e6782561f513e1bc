import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { CircleOff, History, RotateCw } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import type {
  ConnectionId,
  ConnectionState,
  ConnectionSummary,
  SubscriptionStatus,
} from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { grantWords, narrowerFilter, phaseWords, refused } from '../../../state/connections/describe.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { formatClock, formatSpan, secondsUntil } from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { reportOf } from '../base/actions.ts';
import { Banner } from '../base/banner.tsx';
import { RemedyButton } from './remedy-button.tsx';

/** A first attempt faster than this shows no strip: nothing jumps when all is well. ms */
const PATIENCE_MS = 400;

/** What a person has to know of the selected connection: why it is off, what it waits for, what was refused. */
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
      {state.kind === 'online' ? (
        <OnlineBanner app={app} connection={connection} />
      ) : (
        <OfflineBanner app={app} connection={connection} trouble={trouble} />
      )}
    </>
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

/** Subscriptions that were refused, with the reason and a narrower offer; or that nothing has come yet. */
function OnlineBanner({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const { subscriptions, received } = connection;
  const firstRefused = refused(subscriptions).find(({ filter }) => !filter.startsWith('$SYS'));
  if (firstRefused !== undefined) {
    return (
      <RefusedBanner
        key={firstRefused.filter}
        app={app}
        connection={connection}
        subscription={firstRefused}
      />
    );
  }
  if (received > 0) return null;
  return <QuietBanner connection={connection} />;
}

function QuietBanner({ connection }: { readonly connection: ConnectionSummary }) {
  const { state, subscriptions } = connection;
  const now = useNow();
  if (state.kind !== 'online' || now - state.since < PATIENCE_MS * 4) return null;
  const asked: ReactNode[] = subscriptions.map((one, index) => (
    <span key={one.filter}>
      {index === 0 ? '' : ', '}
      <bdi className="mono">{displayTopic(one.filter)}</bdi> {grantWords(one)}
    </span>
  ));
  return (
    <Banner
      tone="mut"
      role="status"
      title="Connected. No messages so far."
      clock={formatSpan(now - state.since)}
    >
      {subscriptions.length === 0 ? (
        'There is no subscription, so nothing can arrive.'
      ) : (
        <>Subscribed: {asked}. Messages appear as soon as somebody publishes.</>
      )}
    </Banner>
  );
}

interface RefusedProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly subscription: SubscriptionStatus;
}

function RefusedBanner({ app, connection, subscription }: RefusedProps) {
  const [filter, setFilter] = useState(narrowerFilter(subscription.filter));
  const [error, setError] = useState<string | null>(null);
  const { result } = subscription;
  const others = connection.subscriptions.filter(
    (one) => one.result.kind === 'granted' && !one.filter.startsWith('$SYS'),
  );
  // A narrower one was granted: the refusal is known and no longer in the way.
  if (result.kind !== 'refused' || others.length > 0) return null;
  const subscribe = async () => {
    const request = { filter: filter.trim(), qos: subscription.qos };
    const problem = await app.connections.subscribe(connection.id, request);
    setError(problem === null ? null : `${problem.message} ${problem.advice}`);
  };
  return (
    <Banner
      tone="err"
      role="alert"
      title={
        <>
          The broker refused <bdi className="mono">{displayTopic(subscription.filter)}</bdi>:{' '}
          {result.failure.message}
        </>
      }
      actions={
        <form
          className="banner-actions"
          onSubmit={(event) => {
            event.preventDefault();
            void subscribe();
          }}
        >
          <TextField
            label="Narrower filter"
            hideLabel
            mono
            value={filter}
            onChange={setFilter}
            error={error}
          />
          <Button type="submit" disabled={filter.trim() === ''}>
            Subscribe
          </Button>
          <Button
            variant="quiet"
            onClick={() => app.shell.open({ kind: 'subscriptions', id: connection.id })}
          >
            Subscriptions…
          </Button>
        </form>
      }
    >
      {result.failure.advice} A narrower filter may be allowed.
    </Banner>
  );
}
