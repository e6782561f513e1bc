import { useCallback, useEffect, useState } from 'react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type {
  ConfirmedField,
  ImportEntry,
  ReadImport,
} from '../../../../src-main/contract/profiles/transfer.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine } from '../../../state/engine/call-engine.ts';

/** Typing goes on while nothing is read (ms). */
const SETTLE_MS = 150;

export type ImportSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly size: number; readonly bytes: Uint8Array };

export type FoundImport = Extract<ReadImport, { kind: 'import' }>;

interface Request {
  readonly source: ImportSource;
  readonly passphrase: string | null;
}

/** What became of what is in the box, and of nothing that was there before. */
export type Reading =
  | { readonly kind: 'nothing' | 'reading' }
  | { readonly kind: 'needs-passphrase'; readonly problem: Failure | null }
  | { readonly kind: 'unreadable'; readonly problem: Failure }
  | { readonly kind: 'found'; readonly found: FoundImport };

/** What the person decided about one entry; nothing of it is decided for them but the obvious. */
export interface Choice {
  readonly chosen: boolean;
  readonly confirmed: readonly ConfirmedField[];
}

export function useImport(app: AppState) {
  const [request, setRequest] = useState<Request>({
    source: { kind: 'text', text: '' },
    passphrase: null,
  });
  const [last, setLast] = useState<{ readonly request: Request; readonly answer: ReadImport } | null>(null);
  const [choices, setChoices] = useState<ReadonlyMap<number, Choice>>(new Map());

  useEffect(() => {
    if (isEmpty(request.source)) return;
    let stale = false;
    const timer = setTimeout(
      () => {
        void readImport(app, request).then((answer) => {
          if (stale) return;
          setLast({ request, answer });
          setChoices(answer.kind === 'import' ? firstChoices(answer.entries) : new Map());
        });
      },
      request.source.kind === 'text' ? SETTLE_MS : 0,
    );
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [app, request]);

  const choose = useCallback(
    (index: number, choice: Choice) => setChoices((before) => new Map(before).set(index, choice)),
    [],
  );
  return {
    source: request.source,
    reading: readingOf(request, last),
    choices,
    setSource: (source: ImportSource) => setRequest({ source, passphrase: null }),
    openWith: (passphrase: string) => setRequest({ ...request, passphrase }),
    choose,
    chooseAll: (chosen: boolean) =>
      setChoices(new Map([...choices].map(([index, choice]) => [index, { ...choice, chosen }]))),
  };
}

function isEmpty(source: ImportSource): boolean {
  return source.kind === 'text' && source.text.trim() === '';
}

function readImport(app: AppState, { source, passphrase }: Request): Promise<ReadImport> {
  const bytes = source.kind === 'text' ? new TextEncoder().encode(source.text) : source.bytes;
  const fileName = source.kind === 'text' ? null : source.name.slice(0, 1_024);
  return callEngine(() =>
    app.engine.call('readImport', { bytes: new Uint8Array(bytes), fileName, passphrase }),
  );
}

function readingOf(
  request: Request,
  last: { readonly request: Request; readonly answer: ReadImport } | null,
): Reading {
  if (isEmpty(request.source)) return { kind: 'nothing' };
  if (last?.request !== request) return { kind: 'reading' };
  const { answer } = last;
  if (answer.kind === 'import') return { kind: 'found', found: answer };
  if (answer.kind === 'needs-passphrase') return { kind: 'needs-passphrase', problem: null };
  if (answer.code === 'wrong-passphrase') return { kind: 'needs-passphrase', problem: answer };
  return { kind: 'unreadable', problem: answer };
}

/** What is there already is not taken a second time unless asked for; nothing is confirmed. */
function firstChoices(entries: readonly ImportEntry[]): ReadonlyMap<number, Choice> {
  return new Map(entries.map(({ index, same }) => [index, { chosen: same === null, confirmed: [] }]));
}
