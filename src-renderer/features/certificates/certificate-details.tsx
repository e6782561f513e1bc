import { Fragment, useState, type ReactNode } from 'react';
import { Copy } from 'lucide-react';
import type { CertificateInfo, NameAttribute } from '../../../src-main/contract/model/certificates.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { copied, copyText } from '../../state/browser/copy-text.ts';
import { Button } from '../../ui/controls/button.tsx';
import { CopyButton } from '../../ui/controls/copy-button.tsx';
import { formatCount } from '../../ui/base/format.ts';
import { StatusText } from '../../ui/feedback/status-text.tsx';
import { certificateName, keyWords, untilWords, usageWords, validityWords } from './certificate-labels.ts';

/** Names shown before one asks for all of a long list. */
const FIRST_NAMES = 12;

/** One certificate in full. */
export function CertificateDetails({ certificate }: { readonly certificate: CertificateInfo }) {
  const { subject, issuer, names, serial, signatureAlgorithm, fingerprints, selfSigned } = certificate;
  const validity = validityWords(certificate);
  const [copied, setCopied] = useState('');
  const copyPem = async () =>
    setCopied((await copyText(certificate.pem)) ? 'Copied.' : 'The clipboard refused.');
  return (
    <section className="cert-details" aria-label={certificateName(certificate)} tabIndex={0}>
      <h3 className="cert-title">
        <bdi>{certificateName(certificate)}</bdi>
      </h3>
      <StatusText tone={validity.tone}>{validity.words}</StatusText>
      <dl className="cert-facts">
        <Fact name="Subject">
          <Name attributes={subject} />
        </Fact>
        <Fact name="Issued by">{selfSigned ? 'itself' : <Name attributes={issuer} />}</Fact>
        {names.length === 0 ? null : (
          <Fact name="Names">
            <Names names={names.map(({ value }) => value)} />
          </Fact>
        )}
        <Fact name="Use">
          {usageWords(certificate).map((words) => (
            <div key={words}>{words}</div>
          ))}
        </Fact>
        <Fact name="Validity">{untilWords(certificate)}</Fact>
        <Fact name="Key">
          {keyWords(certificate)}, signed with {escapeUnsafe(signatureAlgorithm)}
        </Fact>
        <Fact name="Serial number">
          <span className="mono cert-hex">{serial}</span>
        </Fact>
        <Fingerprint name="SHA-256" value={fingerprints.sha256} />
        <Fingerprint name="SHA-1" value={fingerprints.sha1} />
      </dl>
      <div className="cert-actions">
        <Button icon={Copy} onClick={() => void copyPem()}>
          Copy PEM
        </Button>
        <output className="tone-mut">{copied}</output>
      </div>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Name({ attributes }: { readonly attributes: readonly NameAttribute[] }) {
  if (attributes.length === 0) return <span className="tone-mut">empty</span>;
  return attributes.map(({ name, value }, index) => (
    <div key={index}>
      <span className="tone-mut">{escapeUnsafe(name)}</span> <bdi>{escapeUnsafe(value)}</bdi>
    </div>
  ));
}

function Names({ names }: { readonly names: readonly string[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? names : names.slice(0, FIRST_NAMES);
  return (
    <>
      {shown.map((name, index) => (
        <div key={index}>
          <bdi>{escapeUnsafe(name)}</bdi>
        </div>
      ))}
      {shown.length === names.length ? null : (
        <Button variant="quiet" onClick={() => setAll(true)}>
          {`Show ${formatCount(names.length - shown.length)} more`}
        </Button>
      )}
    </>
  );
}

function Fingerprint({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <Fact name={name}>
      <span className="cert-print">
        <span className="mono cert-hex">
          {value.split(':').map((pair, index, { length }) => (
            <Fragment key={index}>
              {index === length - 1 ? pair : `${pair}:`}
              <wbr />
            </Fragment>
          ))}
        </span>
        <CopyButton label={`Copy the ${name} fingerprint`} icon={Copy} copy={() => copied(value, 'Copied')} />
      </span>
    </Fact>
  );
}
