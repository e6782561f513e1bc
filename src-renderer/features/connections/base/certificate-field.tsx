import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { TlsFinding } from '../../../../src-main/contract/model/certificates.ts';
import { isKeptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { IconButton } from '../../../ui/controls/button.tsx';
import { TextArea } from '../../../ui/controls/field.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { formatBytes } from '../../../ui/base/format.ts';
import { StatusText, type Tone } from '../../../ui/feedback/status-text.tsx';
import { pemOf, pkcs12Of } from './certificate-file.ts';
import { useChosenFile } from './chosen-file.ts';

interface CertificateFieldProps {
  readonly label: string;
  readonly holds: 'certificate' | 'key' | 'pkcs12';
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  /** What is wrong with it beside what the linter says. */
  readonly error?: string | undefined;
  readonly findings: readonly TlsFinding[];
}

const ACCEPT = {
  certificate: '.pem,.crt,.cer,.der,.ca-bundle,.txt',
  key: '.pem,.key,.der,.p8,.txt',
  pkcs12: '.p12,.pfx',
} as const;

const EXAMPLES = { certificate: 'path or PEM text', key: 'path or PEM text', pkcs12: 'path' } as const;

/** A path or PEM text, typed, pasted or read from a file; what the linter says stands below it. */
export function CertificateField(props: CertificateFieldProps) {
  const { label, holds, value, onChange, hint, findings, error: given } = props;
  const [file, problem] = useChosenFile(
    (bytes, name) => (holds === 'pkcs12' ? pkcs12Of(bytes) : pemOf(bytes, holds, name)),
    onChange,
  );
  const unseen = unseenWords(value);
  const [error, ...others] = findings.filter(({ severity }) => severity === 'error');
  const words = wordsOf(problem ?? error) ?? given;
  const note = unseen === null ? hint : `${unseen} Type, paste or choose a file to replace it.`;
  return (
    <div className="tls-file">
      <div className="tls-file-line">
        <TextArea
          label={label}
          mono
          value={unseen === null ? value : ''}
          placeholder={unseen !== null && given === undefined ? '••••••••' : EXAMPLES[holds]}
          error={words}
          {...(note === undefined ? {} : { hint: note })}
          onChange={(text) => {
            file.typed();
            onChange(text);
          }}
        />
        <FileButton
          label={`Browse for the ${label}`}
          accept={ACCEPT[holds]}
          onFile={(chosen) => void file.take(chosen)}
        >
          Browse…
        </FileButton>
        {unseen === null ? null : (
          <IconButton
            label={`Remove the ${label}`}
            icon={X}
            onClick={() => {
              file.typed();
              onChange('');
            }}
          />
        )}
      </div>
      <Findings findings={[...others, ...findings.filter(({ severity }) => severity !== 'error')]} />
    </div>
  );
}

function wordsOf(wrong: Pick<Failure, 'message' | 'advice'> | undefined): string | undefined {
  return wrong === undefined ? undefined : escapeUnsafe(`${wrong.message} ${wrong.advice}`);
}

/** What a field holds that is not for the eye; null where it is shown as it is. */
function unseenWords(value: string): string | null {
  if (isKeptSecret(value)) return 'Saved, not shown.';
  if (!value.startsWith('base64:')) return null;
  const characters = value.length - 'base64:'.length;
  return `A file of ${formatBytes(Math.floor((characters * 3) / 4))}.`;
}

const TONES: Readonly<Record<TlsFinding['severity'], Tone>> = { error: 'err', warning: 'warn', note: 'mut' };

/** Findings one below the other. */
export function Findings({ findings }: { readonly findings: readonly TlsFinding[] }) {
  return findings.map(({ severity, code, message, advice }) => (
    <div key={code} className="tls-finding">
      <StatusText tone={TONES[severity]}>
        <span className={severity === 'note' ? 'tone-mut' : undefined}>{escapeUnsafe(message)}</span>{' '}
        <span className="tone-mut">{escapeUnsafe(advice)}</span>
      </StatusText>
    </div>
  ));
}
