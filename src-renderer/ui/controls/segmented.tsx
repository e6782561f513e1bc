import { useId } from 'react';
import { classes } from '../base/classes.ts';
import './segmented.css';

export interface SegmentedProps<T extends string> {
  /** The accessible name of the combobox. */
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly { readonly value: T; readonly label: string; readonly short?: string }[];
  readonly disabled?: boolean;
}

/**
 * A few choices side by side. What is announced is a real select (a combobox); what is seen are its
 * options drawn over it: a click picks one, the keyboard belongs to the select.
 */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const { label, hideLabel, value, onChange, options, disabled } = props;
  const id = useId();
  return (
    <div className="segmented-line">
      <label htmlFor={id} className={hideLabel === true ? 'visually-hidden' : 'tone-mut'}>
        {label}
      </label>
      <div className={classes('segmented', disabled === true && 'segmented-off')}>
        <select
          id={id}
          className="segmented-select"
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const picked = options.find((option) => option.value === event.target.value);
            if (picked !== undefined) onChange(picked.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        {options.map((option) => (
          <span
            key={option.value}
            aria-hidden
            title={option.short === undefined ? undefined : option.label}
            className={classes('segmented-option', option.value === value && 'segmented-on')}
            onClick={() => {
              if (disabled !== true) onChange(option.value);
              document.getElementById(id)?.focus();
            }}
          >
            {option.short ?? option.label}
          </span>
        ))}
      </div>
    </div>
  );
}

const QOS = [
  { value: '0', label: '0: at most once', short: '0' },
  { value: '1', label: '1: at least once', short: '1' },
  { value: '2', label: '2: exactly once', short: '2' },
] as const;

export interface QosSelectProps {
  /** Default "QoS". */
  readonly label?: string;
  readonly value: 0 | 1 | 2;
  readonly onChange: (value: 0 | 1 | 2) => void;
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
}

/** `combobox` "QoS". */
export function QosSelect({ label = 'QoS', value, onChange, ...rest }: QosSelectProps) {
  return (
    <Segmented
      {...rest}
      label={label}
      options={QOS}
      value={QOS[value].value}
      onChange={(picked) => onChange(picked === '0' ? 0 : picked === '1' ? 1 : 2)}
    />
  );
}
