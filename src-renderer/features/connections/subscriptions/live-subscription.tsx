import { useState } from 'react';
import { ChevronDown, ChevronRight, CircleAlert, CircleCheck, CircleDashed, X } from 'lucide-react';
import { isSystemFilter } from '../../../../src-main/core/topics/filters.ts';
import { checkTopicFilter, displayTopic } from '../../../../src-main/core/topics/names.ts';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import { isKeptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import type { ConnectionSummary, SubscriptionStatus } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { grantTone, grantWords, narrowerFilters } from '../../../state/connections/describe.ts';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import { Checkbox, TextField } from '../../../ui/controls/field.tsx';
import { formatCounted } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { QosSelect } from '../../../ui/controls/segmented.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import {
  newSubscription,
  requestOf,
  sameSubscriptions,
  subscriptionDraftOf,
  subscriptionErrors,
  subscriptionOf,
  type SubscriptionDraft,
} from '../draft/draft-subscriptions.ts';
import { changeSubscription } from './change-subscription.ts';
import { SubscriptionOptions } from './subscription-options.tsx';

interface LiveProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}

interface LiveSubscriptionProps extends LiveProps {
  readonly subscription: SubscriptionStatus;
}

function sentence({ message, advice }: Failure): string {
  return advice === '' ? message : `${message} ${advice}`;
}

/** One subscription: on or off, what came of it, how much it brought; its options can be opened. */
export function LiveSubscription({ app, connection, subscription }: LiveSubscriptionProps) {
  const { filter, result, messages, countedBy, enabled, notes } = subscription;
  const shown = displayTopic(filter);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<Failure | null>(null);
  const report = async (doing: Promise<Failure | null>) => setProblem(await doing);
  // What was clicked, until the engine says the same.
  const [wanted, setWanted] = useState<boolean | null>(null);
  if (wanted === enabled) setWanted(null);
  const turn = async (on: boolean) => {
    setWanted(on);
    const failure = await app.connections.setSubscriptionEnabled(connection.id, filter, on);
    setProblem(failure);
    if (failure !== null) setWanted(null);
  };
  return (
    <li className="subscription">
      <div className="subscription-line">
        <Checkbox
          label={`Subscribe to ${shown}`}
          hideLabel
          checked={wanted ?? enabled}
          onChange={(on) => void turn(on)}
        />
        <bdi className="mono cut" title={shown}>
          {shown}
        </bdi>
        <Grant subscription={subscription} />
        <span className="num tone-mut" title={COUNTED[countedBy]}>
          {countedBy === 'delivered'
            ? formatCounted(messages, 'message')
            : formatCounted(messages, 'match', 'matches')}
        </span>
        <IconButton
          small
          label={`Options of ${shown}`}
          icon={open ? ChevronDown : ChevronRight}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
        <IconButton
          small
          label={`Remove ${shown}`}
          icon={X}
          onClick={() => void report(app.connections.unsubscribe(connection.id, filter))}
        />
      </div>
      {result.kind === 'refused' ? (
        <Refusal app={app} connection={connection} subscription={subscription} failure={result.failure} />
      ) : null}
      {notes.map((note) => (
        <p key={note} className="subscription-note meta">
          {note}
        </p>
      ))}
      {problem === null ? null : (
        <StatusText tone="err" role="alert">
          {sentence(problem)}
        </StatusText>
      )}
      {open ? (
        <EditSubscription
          app={app}
          connection={connection}
          subscription={subscription}
          onDone={() => setOpen(false)}
        />
      ) : null}
    </li>
  );
}

const COUNTED = {
  delivered: 'Counted by the Subscription Identifier of each message',
  matches: 'Counted by comparing topic names: overlapping subscriptions cannot be distinguished',
} as const;

function Grant({ subscription }: { readonly subscription: SubscriptionStatus }) {
  const { result, enabled } = subscription;
  const tone = grantTone(subscription);
  const glyph = tone === 'err' ? CircleAlert : result.kind === 'granted' ? CircleCheck : CircleDashed;
  return (
    <span className="subscription-grant">
      <Icon of={glyph} size={14} className={`tone-${tone}`} />
      {result.kind === 'off' && !enabled ? 'switched off' : grantWords(subscription)}
    </span>
  );
}

/** Why it was refused, and a narrower filter that may be allowed. */
function Refusal({
  app,
  connection,
  subscription,
  failure,
}: LiveSubscriptionProps & { readonly failure: Failure }) {
  const quiet = isSystemFilter(subscription.filter);
  const offers = narrowerFilters(subscription.filter, ownNames(app, connection));
  const [filter, setFilter] = useState(offers[0] ?? '');
  const [error, setError] = useState<string | null>(null);
  const subscribe = async () => {
    const answer = await app.connections.subscribe(connection.id, {
      filter: filter.trim(),
      qos: subscription.qos,
    });
    setError(answer === null ? null : sentence(answer));
  };
  return (
    <div className="subscription-refusal">
      <p className={quiet ? 'tone-mut' : undefined}>
        {failure.message} <span className="tone-mut">{failure.advice}</span>
      </p>
      <form
        className="subscription-add"
        onSubmit={(event) => {
          event.preventDefault();
          if (filter.trim() !== '') void subscribe();
        }}
      >
        <TextField
          label={`Narrower filter than ${displayTopic(subscription.filter)}`}
          hideLabel
          mono
          placeholder="a narrower filter may be allowed"
          value={filter}
          error={error}
          onChange={setFilter}
        />
        <Button type="submit" disabled={filter.trim() === ''}>
          Subscribe
        </Button>
      </form>
      {offers.length < 2 ? null : (
        <p className="subscription-offers">
          <span className="tone-mut">Worth a try:</span>
          {offers.map((offer) => (
            <Button key={offer} variant="quiet" onClick={() => setFilter(offer)}>
              <span className="mono">{offer}</span>
            </Button>
          ))}
        </p>
      )}
    </div>
  );
}

/** What the broker knows us by. */
function ownNames(app: AppState, { profileId }: ConnectionSummary): readonly (string | null)[] {
  const options = app.profiles.find(profileId)?.options;
  // A client ID made for one connection names nothing on the broker.
  const username = options?.username ?? null;
  return [isKeptSecret(username) ? null : username, options?.clientId ?? null];
}

/** Why the version in use cannot carry the options of MQTT 5; null where it can, or nobody knows yet. */
function onlyFiveHere({ state }: ConnectionSummary): string | null {
  return state.kind === 'online' && state.version !== '5'
    ? `Not in MQTT ${state.version}; MQTT 5 only.`
    : null;
}

interface EditSubscriptionProps extends LiveSubscriptionProps {
  readonly onDone: () => void;
}

/** Everything of a subscription; it is asked for again when applied. */
function EditSubscription({ app, connection, subscription, onDone }: EditSubscriptionProps) {
  const before = requestOf(subscription);
  const [draft, setDraft] = useState<SubscriptionDraft>(() => subscriptionDraftOf(before));
  const [problem, setProblem] = useState<Failure | null>(null);
  const off = onlyFiveHere(connection);
  const errors = subscriptionErrors(draft, off === null);
  const broken = Object.values(errors).some((rule) => rule !== null);
  const unchanged = sameSubscriptions([subscriptionOf(draft)], [before]);
  const apply = async () => {
    const failure = await changeSubscription(app.connections, connection.id, before, subscriptionOf(draft));
    if (failure === null) onDone();
    else setProblem(failure);
  };
  return (
    <form
      className="subscription-edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (!broken && !unchanged) void apply();
      }}
    >
      <div className="subscription-add">
        <TextField
          label="Topic filter"
          mono
          value={draft.filter}
          error={errors['filter']}
          onChange={(filter) => setDraft({ ...draft, filter })}
        />
        <QosSelect value={draft.qos} onChange={(qos) => setDraft({ ...draft, qos })} />
      </div>
      <SubscriptionOptions
        subscription={draft}
        off={off}
        errors={{ identifier: errors['identifier'] ?? undefined, noLocal: errors['noLocal'] ?? undefined }}
        onChange={setDraft}
      />
      {problem === null ? null : (
        <StatusText tone="err" role="alert">
          {sentence(problem)}
        </StatusText>
      )}
      <div className="subscription-actions">
        <Button variant="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" disabled={broken || unchanged}>
          Apply
        </Button>
      </div>
    </form>
  );
}

/** One more subscription. */
export function AddSubscription({ app, connection }: LiveProps) {
  const [draft, setDraft] = useState<SubscriptionDraft>(() => newSubscription());
  const [problem, setProblem] = useState<Failure | null>(null);
  const add = async () => {
    const failure =
      checkTopicFilter(draft.filter) ??
      (await app.connections.subscribe(connection.id, subscriptionOf(draft)));
    setProblem(failure);
    // What was typed since is the next one.
    if (failure === null) setDraft((now) => (now === draft ? newSubscription() : now));
  };
  return (
    <form
      className="subscription-add subscription-new"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextField
        label="New topic filter"
        mono
        placeholder="plant/+/state"
        value={draft.filter}
        error={problem === null ? null : sentence(problem)}
        onChange={(filter) => {
          setProblem(null);
          setDraft({ ...draft, filter });
        }}
      />
      <QosSelect value={draft.qos} onChange={(qos) => setDraft({ ...draft, qos })} />
      <Button type="submit">Subscribe</Button>
    </form>
  );
}
