import { useRef } from 'react';
import { ShieldCheck } from 'lucide-react';
import type { TlsOptions } from '../../../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../../../src-main/core/payload/visible.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { Checkbox, Select } from '../../../../ui/controls/field.tsx';
import { StatusText } from '../../../../ui/feedback/status-text.tsx';
import type { TlsDraft } from '../../draft/draft-tls.ts';
import type { DraftErrors } from '../../draft/draft-check.ts';
import { usesTls } from '../../draft/editor-draft.ts';
import { inspectedOptions, useTlsInspection, type Inspected } from './use-tls-inspection.ts';
import { CertificateField, Findings } from '../../base/certificate-field.tsx';
import { Note, SecretField, TextPart, type PartProps } from './part.tsx';
import { TlsChecksFields } from './tls-checks.tsx';
import '../../base/certificate-field.css';
import { SecretsNote } from '../../base/secrets-note.tsx';
import { tlsHolds } from './held-secrets.ts';
import { caHint, clientHint, keyHint } from './tls-hints.ts';

const VERSIONS: readonly { readonly value: TlsOptions['minVersion']; readonly label: string }[] = [
  { value: 'TLSv1.3', label: 'TLS 1.3' },
  { value: 'TLSv1.2', label: 'TLS 1.2' },
  { value: 'TLSv1.1', label: 'TLS 1.1' },
  { value: 'TLSv1', label: 'TLS 1.0' },
];

/** What the server has to prove, and what we prove to it. */
export function TlsSection(props: PartProps) {
  if (!usesTls(props.draft.protocol)) {
    return <Note>Used with mqtts and wss. This connection is not encrypted.</Note>;
  }
  return <TlsFields {...props} />;
}

function TlsFields(props: PartProps) {
  const { app, profileId, draft, errors, onChange } = props;
  const { tls } = draft;
  const inspected = useTlsInspection(app, draft, profileId);
  // A file is read while one goes on typing: it is put into what the form holds by then.
  const latest = useRef(draft);
  latest.current = draft;
  const set = (change: Partial<TlsDraft>) =>
    onChange({ ...latest.current, tls: { ...latest.current.tls, ...change } });
  return (
    <>
      <TlsChecksFields tls={tls} onChange={set} />
      <Findings findings={inspected.of('verify')} />
      <div>
        <CertificateField
          label="CA certificate"
          holds="certificate"
          value={tls.ca}
          hint={caHint(tls, inspected)}
          error={errors['tls.ca']}
          findings={inspected.of('ca')}
          onChange={(ca) => set({ ca })}
        />
        <Checkbox
          label="Also trust the authorities of this system"
          checked={tls.systemCa}
          onChange={(systemCa) => set({ systemCa })}
        />
        <Findings findings={inspected.of('systemCa')} />
      </div>
      <OwnCertificate tls={tls} errors={errors} inspected={inspected} onChange={set} />
      {tlsHolds(draft) ? <SecretsNote app={props.app} /> : null}
      <NamesAndVersion part={props} inspected={inspected} onChange={set} />
      <Findings findings={[...inspected.of('host'), ...inspected.of('protocol')]} />
      {inspected.problem === null ? null : (
        <StatusText tone="warn">
          {escapeUnsafe(inspected.problem.message)}{' '}
          <span className="tone-mut">{escapeUnsafe(inspected.problem.advice)}</span>
        </StatusText>
      )}
      <ViewCertificates {...props} />
    </>
  );
}

interface OwnProps {
  readonly tls: TlsDraft;
  readonly errors: DraftErrors;
  readonly inspected: Inspected;
  readonly onChange: (change: Partial<TlsDraft>) => void;
}

/** What we prove to the server. */
function OwnCertificate({ tls, errors, inspected, onChange }: OwnProps) {
  return (
    <>
      <div className="editor-row">
        <CertificateField
          label="Client certificate"
          holds="certificate"
          value={tls.cert}
          hint={clientHint(tls, inspected)}
          error={errors['tls.cert']}
          findings={inspected.of('cert')}
          onChange={(cert) => onChange({ cert })}
        />
        <CertificateField
          label="Client key"
          holds="key"
          value={tls.key}
          hint={keyHint(tls, inspected)}
          error={errors['tls.key']}
          findings={inspected.of('key')}
          onChange={(key) => onChange({ key })}
        />
      </div>
      <div className="editor-row">
        <CertificateField
          label="PKCS#12"
          holds="pkcs12"
          value={tls.pfx}
          hint="Certificate and key in one file, instead of the two above."
          error={errors['tls.pfx']}
          findings={inspected.of('pfx')}
          onChange={(pfx) => onChange({ pfx })}
        />
        <div>
          <SecretField
            label="Key passphrase"
            reveals="passphrase"
            value={tls.passphrase}
            hint="Of an encrypted key or PKCS#12 file."
            error={errors['tls.passphrase']}
            onChange={(passphrase) => onChange({ passphrase })}
          />
          <Findings findings={inspected.of('passphrase')} />
        </div>
      </div>
    </>
  );
}

interface NamesProps extends Omit<OwnProps, 'tls' | 'errors'> {
  readonly part: PartProps;
}

function NamesAndVersion({ part, inspected, onChange }: NamesProps) {
  const { tls } = part.draft;
  const old = tls.minVersion === 'TLSv1' || tls.minVersion === 'TLSv1.1';
  return (
    <div className="editor-row editor-three">
      <div>
        <TextPart
          part={part}
          name="tls.servername"
          label="Server name (SNI)"
          mono
          value={tls.servername}
          placeholder="as the host"
          onValue={(servername) => onChange({ servername })}
        />
        <Findings findings={inspected.of('servername')} />
      </div>
      <div>
        <TextPart
          part={part}
          name="tls.alpn"
          label="ALPN protocols"
          mono
          value={tls.alpn}
          placeholder="none; several with commas"
          onValue={(alpn) => onChange({ alpn })}
        />
        <Findings findings={inspected.of('alpn')} />
      </div>
      <div>
        <Select
          label="Minimum version"
          options={VERSIONS}
          value={tls.minVersion}
          {...(old ? { hint: 'Broken; for devices that know nothing newer.' } : {})}
          onChange={(minVersion) => onChange({ minVersion })}
        />
        <Findings findings={inspected.of('minVersion')} />
      </div>
    </div>
  );
}

function ViewCertificates({ app, draft, profileId }: PartProps) {
  const { ca, cert, pfx } = draft.tls;
  const nothing = [ca, cert, pfx].every((text) => text.trim() === '');
  const name = draft.name.trim() === '' ? draft.host : draft.name;
  return (
    <div>
      <Button
        icon={ShieldCheck}
        disabled={nothing}
        onClick={() =>
          app.shell.openOver({
            kind: 'certificates',
            of: { kind: 'local', options: inspectedOptions(draft), profileId, name },
          })
        }
      >
        View certificates
      </Button>
    </div>
  );
}
