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
      {subscriptions.map((one, index) => {
        const shown = open.has(index) || brokenOption(index);
        const name = one.filter === '' ? 'this filter' : displayTopic(one.filter);
        return (
          <div key={index} className="editor-subscription">
            <div className="editor-subscription-line">
              <Checkbox
                label={`Subscribe to ${name}`}
                hideLabel
                checked={one.enabled}
                onChange={(enabled) => set(subscriptions.with(index, { ...one, enabled }))}
              />
              <TextField
                label={`Topic filter ${index + 1}`}
                hideLabel
                mono
                value={one.filter}
                error={errors[`subscriptions.${index}.filter`]}
                onChange={(filter) => set(subscriptions.with(index, { ...one, filter }))}
                onBlur={() => onLeave(`subscriptions.${index}.filter`)}
              />
              <QosSelect
                hideLabel
                value={one.qos}
                onChange={(qos) => set(subscriptions.with(index, { ...one, qos }))}
              />
              <IconButton
                label={`Options of ${name}`}
                icon={shown ? ChevronDown : ChevronRight}
                aria-expanded={shown}
                onClick={() => toggle(index)}
              />
              <IconButton
                label={`Remove ${name}`}
                icon={X}
                onClick={() => {
                  setOpen(new Set());
                  set(subscriptions.toSpliced(index, 1));
                }}
              />
            </div>
            {shown ? (
              <SubscriptionOptions
                subscription={one}
                off={onlyFive(draft)}
                errors={{
                  identifier: errors[`subscriptions.${index}.identifier`],
                  noLocal: errors[`subscriptions.${index}.noLocal`],
                }}
                onChange={(next) => {
                  onLeave(`subscriptions.${index}.identifier`);
                  onLeave(`subscriptions.${index}.noLocal`);
                  set(subscriptions.with(index, next));
                }}
              />
            ) : null}
          </div>
        );
      })}
      <div>
        <Button variant="quiet" icon={Plus} onClick={() => set([...subscriptions, newSubscription()])}>
          Add a topic filter
        </Button>
      </div>
    </>
  );
}
