import { useEffect, useMemo, useState } from 'react';
import type {
  TlsField,
  TlsFinding,
  TlsInspection,
} from '../../../../../src-main/contract/model/certificates.ts';
import type { Failure } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { readHost } from '../../../../../src-main/core/profiles/host.ts';
import type { AppState } from '../../../../state/app/app-state.ts';
import { askRested } from '../../../../state/engine/ask-rested.ts';
import { callEngine, isFailure } from '../../../../state/engine/call-engine.ts';
import { tlsOptionsOf } from '../../draft/draft-tls.ts';
import { emptyOptions, usesTls, type Draft } from '../../draft/editor-draft.ts';
import { DEFAULT_PORTS } from '../../base/places.ts';

/** Typing goes on while nothing is looked into (ms); files are read for each look. */
const SETTLE_MS = 400;

export interface Inspected {
  readonly inspection: TlsInspection | null;
  /** Why nothing could be looked into. */
  readonly problem: Failure | null;
  /** What concerns one field, errors first. */
  of(field: TlsField): readonly TlsFinding[];
}

/** What the engine can say of the TLS fields as they are typed, before anything connects. */
export function useTlsInspection(app: AppState, draft: Draft, profileId: string | null): Inspected {
  const [answer, setAnswer] = useState<(TlsInspection & { readonly kind: 'inspected' }) | Failure | null>(
    null,
  );
  const key = usesTls(draft.protocol) ? JSON.stringify(inspectedOptions(draft)) : null;
  useEffect(() => {
    if (key === null) return undefined;
    const options = JSON.parse(key) as ConnectionOptions;
    const ask = () => callEngine(() => app.engine.call('inspectTls', { options, profileId }));
    return askRested(SETTLE_MS, ask, setAnswer);
  }, [app, key, profileId]);
  return useMemo(() => {
    const failure = answer !== null && isFailure(answer) ? answer : null;
    const inspection = answer === null || isFailure(answer) ? null : answer;
    return {
      inspection,
      problem: failure,
      of: (field) => inspection?.findings.filter((finding) => finding.field === field) ?? [],
    };
  }, [answer]);
}

/** Of a form that may be wrong elsewhere: what TLS depends on, and usual values for the rest. */
export function inspectedOptions(draft: Draft): ConnectionOptions {
  const port = Number(draft.port);
  const host = readHost(draft.host);
  return {
    ...emptyOptions(),
    name: draft.name.slice(0, 200),
    protocol: draft.protocol,
    host: host.kind === 'failed' ? 'localhost' : host.host,
    port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : DEFAULT_PORTS[draft.protocol],
    tls: tlsOptionsOf(draft.tls),
  };
}
