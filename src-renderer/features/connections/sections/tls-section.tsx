import { Checkbox, TextArea } from '../../../ui/field.tsx';
import type { TlsDraft } from '../draft-tls.ts';
import { usesTls } from '../editor-draft.ts';
import { Note, SecretField, type PartProps } from './part.tsx';

/** What the server has to prove, and what we prove to it. */
export function TlsSection({ draft, onChange }: PartProps) {
  if (!usesTls(draft.protocol)) {
    return <Note>Used with mqtts and wss. This connection is not encrypted.</Note>;
  }
  const { tls } = draft;
  const set = (change: Partial<TlsDraft>) => onChange({ ...draft, tls: { ...tls, ...change } });
  const keyWithout = tls.key !== '' && tls.cert === '';
  return (
    <>
      <Checkbox
        label="Verify server certificate"
        checked={tls.verify}
        onChange={(verify) => set({ verify })}
        hint={
          tls.verify
            ? undefined
            : 'Anyone on the way can read and change everything, the password included. Only for a test.'
        }
      />
      <TextArea
        label="CA certificate"
        mono
        value={tls.ca}
        placeholder="path or PEM text"
        hint="Empty: the authorities this computer trusts."
        onChange={(ca) => set({ ca })}
      />
      <div className="editor-row">
        <TextArea
          label="Client certificate"
          mono
          value={tls.cert}
          placeholder="path or PEM text"
          error={keyWithout ? 'A client key is used together with its certificate.' : null}
          onChange={(cert) => set({ cert })}
        />
        <TextArea
          label="Client key"
          mono
          value={tls.key}
          placeholder="path or PEM text"
          hint={tls.cert !== '' && tls.key === '' ? 'A client certificate needs its key.' : undefined}
          onChange={(key) => set({ key })}
        />
      </div>
      <div className="editor-row">
        <SecretField
          label="Key passphrase"
          reveals="passphrase"
          value={tls.passphrase}
          onChange={(passphrase) => set({ passphrase })}
        />
        <span />
      </div>
    </>
  );
}
