import { Checkbox, NumberField, Select, TextField } from '../../../ui/controls/field.tsx';
import {
  MAX_IDENTIFIER,
  shareGroup,
  withShareGroup,
  type SubscriptionDraft,
} from '../draft/draft-subscriptions.ts';
import './subscription-options.css';

const HANDLING = [
  { value: '0', label: '0: send them' },
  { value: '1', label: '1: only for a new subscription' },
  { value: '2', label: '2: do not send them' },
] as const;

interface SubscriptionOptionsProps {
  readonly subscription: SubscriptionDraft;
  /** Why the options of MQTT 5 cannot be used. */
  readonly off: string | null;
  readonly errors: Readonly<Record<'identifier' | 'noLocal', string | undefined>>;
  readonly onChange: (subscription: SubscriptionDraft) => void;
}

/** What MQTT 5 lets a subscription say beside its filter and QoS. */
export function SubscriptionOptions({ subscription, off, errors, onChange }: SubscriptionOptionsProps) {
  const group = shareGroup(subscription.filter);
  const disabled = off !== null;
  return (
    <div className="subscription-options">
      <div className="subscription-row">
        <Checkbox
          label="No local"
          checked={subscription.noLocal}
          // What is forbidden together can still be taken back.
          disabled={disabled || (group !== null && !subscription.noLocal)}
          hint={
            off ??
            errors.noLocal ??
            (group === null ? 'Not what this connection publishes.' : 'Not with a shared subscription.')
          }
          onChange={(noLocal) => onChange({ ...subscription, noLocal })}
        />
        <Checkbox
          label="Retain as published"
          checked={subscription.retainAsPublished}
          disabled={disabled}
          hint={off ?? 'The retain flag arrives as the publisher set it.'}
          onChange={(retainAsPublished) => onChange({ ...subscription, retainAsPublished })}
        />
      </div>
      <div className="subscription-row">
        <Select
          label="Retained messages on subscribing"
          options={HANDLING}
          value={HANDLING[subscription.retainHandling].value}
          disabled={disabled}
          hint={off ?? (group === null ? undefined : 'A shared subscription never gets retained messages.')}
          onChange={(picked) =>
            onChange({ ...subscription, retainHandling: picked === '0' ? 0 : picked === '1' ? 1 : 2 })
          }
        />
        <NumberField
          label="Subscription identifier"
          min={1}
          max={MAX_IDENTIFIER}
          value={subscription.identifier}
          disabled={disabled}
          error={errors.identifier}
          hint={off ?? 'Empty: one of our own.'}
          onChange={(identifier) => onChange({ ...subscription, identifier })}
        />
      </div>
      <div className="subscription-row">
        <Checkbox
          label="Shared"
          checked={group !== null}
          disabled={disabled && group === null}
          hint={off ?? 'Each message goes to one client of the group only.'}
          onChange={(shared) => onChange(withShareGroup(subscription, shared ? 'topicscope' : null))}
        />
        {group === null ? (
          <span />
        ) : (
          <TextField
            label="Share group"
            mono
            value={group}
            onChange={(name) => onChange(withShareGroup(subscription, name))}
          />
        )}
      </div>
    </div>
  );
}
