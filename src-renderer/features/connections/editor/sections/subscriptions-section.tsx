import { displayTopic } from '../../../../../src-main/core/topics/names.ts';
import { useState } from 'react';
import { ChevronDown, ChevronRight, Plus, X } from 'lucide-react';
import { Button, IconButton } from '../../../../ui/controls/button.tsx';
import { Checkbox, TextField } from '../../../../ui/controls/field.tsx';
import { QosSelect } from '../../../../ui/controls/segmented.tsx';
import { newSubscription, type SubscriptionDraft } from '../../draft/draft-subscriptions.ts';
import { SubscriptionOptions } from '../../subscriptions/subscription-options.tsx';
import { onlyFive, type PartProps } from './part.tsx';

/** What is subscribed to as soon as the connection is there. */
export function SubscriptionsSection({ draft, errors, onChange, onLeave }: PartProps) {
  const { subscriptions } = draft;
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const set = (next: readonly SubscriptionDraft[]) => onChange({ ...draft, subscriptions: next });
  const toggle = (index: number) => {
    const next = new Set(open);
    if (!next.delete(index)) next.add(index);
    setOpen(next);
  };
  const brokenOption = (index: number) =>
    ['identifier', 'noLocal'].some((name) => errors[`subscriptions.${index}.${name}`] !== undefined);
  return (
    <>
      {subscriptions.length === 0 ? (
        <p className="editor-note">None: no message arrives until you subscribe.</p>
      ) : null}
      {subscriptions.map((one, index) => (
        <SubscriptionRow
          key={index}
          index={index}
          subscription={one}
          shown={open.has(index) || brokenOption(index)}
          off={onlyFive(draft)}
          errors={errors}
          onChange={(next) => set(subscriptions.with(index, next))}
          onToggle={() => toggle(index)}
          onRemove={() => {
            setOpen(new Set());
            set(subscriptions.toSpliced(index, 1));
          }}
          onLeave={onLeave}
        />
      ))}
      <div>
        <Button variant="quiet" icon={Plus} onClick={() => set([...subscriptions, newSubscription()])}>
          Add a topic filter
        </Button>
      </div>
    </>
  );
}

interface RowProps extends Pick<PartProps, 'errors' | 'onLeave'> {
  readonly index: number;
  readonly subscription: SubscriptionDraft;
  /** Its options are. */
  readonly shown: boolean;
  /** Why options of MQTT 5 are not to be had. */
  readonly off: ReturnType<typeof onlyFive>;
  readonly onChange: (next: SubscriptionDraft) => void;
  readonly onToggle: () => void;
  readonly onRemove: () => void;
}

function SubscriptionRow(props: RowProps) {
  const { index, subscription, shown, off, errors, onChange, onToggle, onRemove, onLeave } = props;
  const name = subscription.filter === '' ? 'this filter' : displayTopic(subscription.filter);
  const field = `subscriptions.${index}`;
  return (
    <div className="editor-subscription">
      <div className="editor-subscription-line">
        <Checkbox
          label={`Subscribe to ${name}`}
          hideLabel
          checked={subscription.enabled}
          onChange={(enabled) => onChange({ ...subscription, enabled })}
        />
        <TextField
          label={`Topic filter ${index + 1}`}
          hideLabel
          mono
          value={subscription.filter}
          error={errors[`${field}.filter`]}
          onChange={(filter) => onChange({ ...subscription, filter })}
          onBlur={() => onLeave(`${field}.filter`)}
        />
        <QosSelect
          hideLabel
          value={subscription.qos}
          onChange={(qos) => onChange({ ...subscription, qos })}
        />
        <IconButton
          label={`Options of ${name}`}
          icon={shown ? ChevronDown : ChevronRight}
          aria-expanded={shown}
          onClick={onToggle}
        />
        <IconButton label={`Remove ${name}`} icon={X} onClick={onRemove} />
      </div>
      {shown ? (
        <SubscriptionOptions
          subscription={subscription}
          off={off}
          errors={{ identifier: errors[`${field}.identifier`], noLocal: errors[`${field}.noLocal`] }}
          onChange={(next) => {
            onLeave(`${field}.identifier`);
            onLeave(`${field}.noLocal`);
            onChange(next);
          }}
        />
      ) : null}
    </div>
  );
}
