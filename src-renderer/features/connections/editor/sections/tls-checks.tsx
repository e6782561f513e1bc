import type { TlsChecks } from '../../../../../src-main/contract/model/connect-fields.ts';
import { Checkbox } from '../../../../ui/controls/field.tsx';
import { StatusText } from '../../../../ui/feedback/status-text.tsx';
import type { TlsDraft } from '../../draft/draft-tls.ts';

const CHECKS: readonly (readonly [keyof TlsChecks, string, string])[] = [
  [
    'chain',
    'Chain: signed by an authority that is trusted',
    'Anyone on the way can show a certificate of their own, and read and change everything, the password included.',
  ],
  [
    'dates',
    'Dates: valid now, every certificate of the chain',
    'A certificate that has run out is accepted, so a key that was stolen long ago still opens the door.',
  ],
  [
    'hostName',
    'Host name: matches this host',
    'The certificate of any other host of the same authorities is accepted, also that of an attacker.',
  ],
];
const ALL: TlsChecks = { chain: true, dates: true, hostName: true };

interface TlsChecksFieldsProps {
  readonly tls: TlsDraft;
  readonly onChange: (change: Pick<TlsDraft, 'verify' | 'checks'>) => void;
}

/** Verification as a whole, its three checks, and plainly what is lost without them. */
export function TlsChecksFields({ tls: { verify, checks }, onChange }: TlsChecksFieldsProps) {
  const all = CHECKS.every(([check]) => checks[check]);
  const setCheck = (check: keyof TlsChecks, on: boolean) => {
    const next = { ...checks, [check]: on };
    // Without a single check there is no verification, and that has one name only.
    const none = CHECKS.every(([one]) => !next[one]);
    onChange(none ? { verify: false, checks: ALL } : { verify: true, checks: next });
  };
  return (
    <div>
      <Checkbox
        label="Verify server certificate"
        checked={verify && all}
        mixed={verify && !all}
        onChange={(on) => onChange({ verify: on, checks: ALL })}
      />
      <div role="group" aria-label="Checks of the server certificate" className="tls-checks">
        {CHECKS.map(([check, label]) => (
          <Checkbox
            key={check}
            label={label}
            checked={verify && checks[check]}
            disabled={!verify}
            onChange={(on) => setCheck(check, on)}
          />
        ))}
        {CHECKS.filter(([check]) => verify && !checks[check]).map(([check, , lost]) => (
          <StatusText key={check} tone="warn">
            {lost}
          </StatusText>
        ))}
        {verify ? null : (
          <StatusText tone="warn">
            Nothing is checked: anyone on the way can read and change everything, the password included. Only
            for a test.
          </StatusText>
        )}
      </div>
    </div>
  );
}
