import { useEffect, useState } from 'react';
import { FileKey, ShieldCheck } from 'lucide-react';
import type {
  ServerCertificates,
  TlsFinding,
  TlsInspection,
  TlsVerdict,
} from '../../../src-main/contract/model/certificates.ts';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { callEngine } from '../../state/engine/call-engine.ts';
import type { CertificatesOf } from '../../state/app/over-dialogs.ts';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { formatClock, formatCounted, plural } from '../../ui/base/format.ts';
import { StatusText, type Tone } from '../../ui/feedback/status-text.tsx';
import { CertificateDetails } from './certificate-details.tsx';
import { CertificateTree } from './certificate-tree.tsx';
import { CHECK_WORDS, localTrees, serverTrees, type CertificateTree as Tree } from './certificate-labels.ts';
import './certificates.css';

type Shown = ServerCertificates | (TlsInspection & { readonly kind: 'inspected' }) | Failure;

interface CertificatesDialogProps {
  readonly app: AppState;
  readonly of: CertificatesOf;
}

/** The chain as a tree, each certificate in full, and a plain verdict on the whole. */
export function CertificatesDialog({ app, of }: CertificatesDialogProps) {
  const [shown, setShown] = useState<Shown | null>(of.kind === 'shown' ? of.certificates : null);
  useEffect(() => {
    let closed = false;
    if (of.kind !== 'shown') {
      void read(app, of).then((answer) => {
        if (!closed) setShown(answer);
      });
    }
    return () => {
      closed = true;
    };
  }, [app, of]);
  return (
    <Dialog
      open
      title="Certificates"
      icon={of.kind === 'local' ? FileKey : ShieldCheck}
      aside={<bdi className="mono tone-mut cut">{escapeUnsafe(of.name)}</bdi>}
      width="840px"
      onClose={() => app.shell.closeOver()}
    >
      {shown === null ? (
        <p className="cert-wait tone-mut">Reading the certificates.</p>
      ) : (
        <Face shown={shown} />
      )}
    </Dialog>
  );
}

function read(app: AppState, of: Exclude<CertificatesOf, { kind: 'shown' }>): Promise<Shown> {
  if (of.kind === 'server') {
    return callEngine(() => app.engine.call('readServerCertificates', { connection: of.connection }));
  }
  return callEngine(() => app.engine.call('inspectTls', { options: of.options, profileId: of.profileId }));
}

function Face({ shown }: { readonly shown: Shown }) {
  switch (shown.kind) {
    case 'failed':
      return (
        <div className="cert-wait">
          <StatusText tone="err" role="alert">
            {escapeUnsafe(shown.message)} {escapeUnsafe(shown.advice)}
          </StatusText>
        </div>
      );
    case 'certificates':
      return (
        <>
          <Verdict verdict={shown.verdict} at={shown.at} />
          <Trees trees={serverTrees(shown)} none="The broker sent no certificate." />
        </>
      );
    case 'inspected':
      return (
        <>
          <Findings inspection={shown} />
          <Trees trees={localTrees(shown)} none="The fields hold no certificate that could be read." />
        </>
      );
  }
}

const OUTCOME_TONES = { trusted: 'ok', tolerated: 'warn', refused: 'err' } as const;

function Verdict({ verdict, at }: { readonly verdict: TlsVerdict; readonly at: number }) {
  const { sentence, outcome, problems, off, systemStore } = verdict;
  return (
    <div className="cert-verdict" role="status" aria-label="Verdict">
      <StatusText tone={OUTCOME_TONES[outcome]}>
        {escapeUnsafe(sentence)} <span className="tone-mut">Shown to us at {formatClock(at)}.</span>
      </StatusText>
      {problems.map(({ check, code, message, advice }) => (
        <StatusText key={code} tone={off.includes(check) ? 'warn' : 'err'}>
          {escapeUnsafe(message)}{' '}
          <span className="tone-mut">
            {off.includes(check) ? `The check of the ${CHECK_WORDS[check]} is turned off. ` : ''}
            {escapeUnsafe(advice)}
          </span>
        </StatusText>
      ))}
      {off.length === 0 || problems.some(({ check }) => off.includes(check)) ? null : (
        <StatusText tone="warn">
          Not checked, because it is turned off: {off.map((check) => CHECK_WORDS[check]).join(', ')}. It would
          have passed.
        </StatusText>
      )}
      {systemStore === null ? null : <StatusText tone="warn">{escapeUnsafe(systemStore)}</StatusText>}
    </div>
  );
}

const SEVERITY_TONES: Readonly<Record<TlsFinding['severity'], Tone>> = {
  error: 'err',
  warning: 'warn',
  note: 'mut',
};

function Findings({ inspection }: { readonly inspection: TlsInspection }) {
  const { findings, client, ca, caCount } = inspection;
  return (
    <div className="cert-verdict" role="status" aria-label="Verdict">
      {client.keyMatches === true ? (
        <StatusText tone="ok">The key belongs to the certificate.</StatusText>
      ) : null}
      {findings.length === 0 ? (
        <StatusText tone="ok">Nothing here stands in the way of connecting.</StatusText>
      ) : null}
      {findings.map(({ severity, code, field, message, advice }) => (
        <StatusText key={`${code} ${field}`} tone={SEVERITY_TONES[severity]}>
          {escapeUnsafe(message)} <span className="tone-mut">{escapeUnsafe(advice)}</span>
        </StatusText>
      ))}
      {caCount <= ca.length ? null : (
        <StatusText tone="mut">
          The CA field holds {formatCounted(caCount, 'certificate')}; the first {ca.length}{' '}
          {plural(ca.length, 'is', 'are')} listed.
        </StatusText>
      )}
    </div>
  );
}

function Trees({ trees, none }: { readonly trees: readonly Tree[]; readonly none: string }) {
  // A chain opens on its end: the certificate one came for.
  const [selected, setSelected] = useState(
    trees[0]?.nodes.at(trees[0].label === 'CA certificates' ? 0 : -1)?.id ?? '',
  );
  const node = trees.flatMap(({ nodes }) => nodes).find(({ id }) => id === selected);
  if (trees.length === 0) return <Empty icon={FileKey} title={none} />;
  return (
    <div className="cert">
      <div className="cert-trees">
        {trees.map((tree) => (
          <CertificateTree key={tree.label} tree={tree} selected={selected} onSelect={setSelected} />
        ))}
      </div>
      {node === undefined ? null : <CertificateDetails key={node.id} certificate={node.certificate} />}
    </div>
  );
}
