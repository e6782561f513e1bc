import { useState } from 'react';
import { isSystemFilter } from '../../../../src-main/core/topics/filters.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import type {
  ConnectionId,
  ConnectionSummary,
  SubscriptionStatus,
} from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { grantWords, narrowerFilter, refused } from '../../../state/connections/describe.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { formatSpan } from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { Banner } from '../../../ui/feedback/banner.tsx';

/** A connection without messages is worth a word after this long. ms */
const QUIET_MS = 1_600;

/** Subscriptions that were refused, with the reason and a narrower offer; or that nothing has come yet. */
export function OnlineBanner({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const { subscriptions, received } = connection;
  const firstRefused = refused(subscriptions).find(({ filter }) => !isSystemFilter(filter));
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
  return received > 0 ? (
    <SubscribedLine app={app} connection={connection} />
  ) : (
    <NothingYet app={app} connection={connection} />
  );
}

interface OnlineProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}

/** With all well: what is subscribed to. */
function SubscribedLine({ app, connection: { id, subscriptions } }: OnlineProps) {
  const none = subscriptions.length === 0;
  return (
    <Banner
      tone="none"
      title={none ? 'There is no subscription, so nothing can arrive.' : <Filters of={subscriptions} />}
      actions={<SubscriptionsButton app={app} id={id} />}
    />
  );
}

function SubscriptionsButton({ app, id }: { readonly app: AppState; readonly id: ConnectionId }) {
  return (
    <Button variant="quiet" onClick={() => app.shell.open({ kind: 'subscriptions', id })}>
      Subscriptions…
    </Button>
  );
}

function Filters({ of }: { readonly of: readonly SubscriptionStatus[] }) {
  return (
    <>
      Subscribed to{' '}
      {of.map((one, index) => (
        <span key={one.filter}>
          {index === 0 ? '' : ', '}
          <bdi className="mono">{displayTopic(one.filter)}</bdi>
          {one.result.kind === 'granted' ? '' : ` (${grantWords(one)})`}
        </span>
      ))}
    </>
  );
}

function NothingYet({ app, connection }: OnlineProps) {
  const { state, subscriptions } = connection;
  const now = useNow();
  if (state.kind !== 'online' || subscriptions.length === 0 || now - state.since < QUIET_MS)
    return <SubscribedLine app={app} connection={connection} />;
  return (
    <Banner
      tone="mut"
      role="status"
      title="Connected. No messages so far."
      clock={formatSpan(now - state.since)}
      actions={<SubscriptionsButton app={app} id={connection.id} />}
    >
      <Filters of={subscriptions} />. Messages appear as soon as somebody publishes.
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
    (one) => one.result.kind === 'granted' && !isSystemFilter(one.filter),
  );
  // A narrower one was granted: the refusal is known and no longer in the way.
  if (result.kind !== 'refused' || others.length > 0)
    return <SubscribedLine app={app} connection={connection} />;
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
          <TextField label="Narrower filter" hideLabel mono value={filter} onChange={setFilter} />
          <Button type="submit" disabled={filter.trim() === ''}>
            Subscribe
          </Button>
          <SubscriptionsButton app={app} id={connection.id} />
        </form>
      }
    >
      {error ?? `${result.failure.advice} A narrower filter may be allowed.`}
    </Banner>
  );
}
