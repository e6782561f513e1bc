import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Confirmation } from '../../../../src-main/contract/profiles/transfer.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import type { ProfileMarks } from '../../../state/connections/profiles.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { saveAndConnect } from '../base/actions.ts';
import { useConnectionTest } from '../test/connection-test.ts';
import { keepDraft, keptDraft } from '../draft/drafts.ts';
import { elsewhereErrors } from '../draft/draft-secrets.ts';
import { optionsOf } from '../draft/draft-check.ts';
import { shownErrors } from '../draft/shown-errors.ts';
import { addressOf, draftOf, emptyOptions, marksOf, NO_MARKS, type Draft } from '../draft/editor-draft.ts';
import { EditorForm, EditorSections } from './editor-form.tsx';
import { PastedNotes, type Pasted } from './pasted-notes.tsx';
import { withConfirmed, withPasted } from '../draft/pasted.ts';
import { PresetLine } from './preset-line.tsx';
import { MissingSecrets } from '../base/secrets-note.tsx';
import { showSection } from './show-section.ts';
import { TestReport } from '../test/test-report.tsx';
import './profile-editor.css';

interface ProfileEditorProps {
  readonly app: AppState;
  readonly profileId: string | null;
  readonly prefill: ConnectionOptions | null;
}

/** `dialog` "Connection": everything about one broker, checked where it is typed. */
export function ProfileEditor({ app, profileId, prefill }: ProfileEditorProps) {
  const editor = useEditor(app, profileId, prefill);
  const { draft, shown, busy } = editor;
  const test = useConnectionTest(app);
  const isOpen = useStore(app.connections.store, ({ connections }) =>
    connections.some((one) => profileId !== null && one.profileId === profileId),
  );
  const form = useRef<HTMLDivElement>(null);
  const firstField = useRef<HTMLInputElement>(null);

  const whenRight = (act: (options: ConnectionOptions, marks: ProfileMarks) => void) => () => {
    const options = editor.check();
    if (options !== null) act(options, marksOf(draft));
    else
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };

  return (
    <Dialog
      open
      title="Connection"
      heading={
        <span className="dialog-title cut" aria-hidden>
          {draft.name.trim() === '' ? 'New connection' : escapeUnsafe(draft.name)}
        </span>
      }
      aside={<span className="mono tone-mut cut">{escapeUnsafe(addressOf(draft))}</span>}
      width="880px"
      keepOnOutsidePress
      initialFocus={firstField}
      onClose={() => app.shell.close()}
      footer={
        <EditorButtons
          busy={busy}
          testing={test.running}
          isOpen={isOpen}
          onTest={whenRight((options) => test.start(options, profileId))}
          onCancel={() => editor.discard()}
          onSave={whenRight((...what) => void editor.save(...what))}
          onConnect={whenRight((...what) => void editor.connect(...what))}
        />
      }
    >
      <div className="editor">
        <EditorSections draft={draft} errors={shown} scroller={form} />
        <div ref={form} className="editor-scroll">
          {editor.wasKept ? <KeptNote onStartOver={editor.startOver} /> : null}
          <MissingSecrets app={app} profileId={profileId} />
          <PastedNotes
            pasted={editor.pasted}
            onConfirm={(one) => editor.answer(one, true)}
            onRefuse={(one) => editor.answer(one, false)}
          />
          <PresetLine app={app} draft={draft} onChange={editor.change} />
          <EditorForm
            app={app}
            profileId={profileId}
            draft={draft}
            errors={shown}
            hostInput={firstField}
            onChange={editor.change}
            onAddress={editor.readAddress}
            onLeave={editor.leave}
          />
          {editor.problem === null ? null : (
            <StatusText tone="err" role="alert">
              {editor.problem.message} {editor.problem.advice}
            </StatusText>
          )}
          <TestReport app={app} test={test} onGoTo={(section) => showSection(form, section)} />
        </div>
      </div>
    </Dialog>
  );
}

function KeptNote({ onStartOver }: { readonly onStartOver: () => void }) {
  return (
    <StatusText tone="mut" role="status">
      What you had typed before is still here.{' '}
      <button type="button" className="editor-link" onClick={onStartOver}>
        Start over
      </button>
    </StatusText>
  );
}

interface ButtonsProps {
  readonly busy: boolean;
  readonly testing: boolean;
  /** A connection of this profile is. */
  readonly isOpen: boolean;
  readonly onTest: () => void;
  readonly onCancel: () => void;
  readonly onSave: () => void;
  readonly onConnect: () => void;
}

function EditorButtons(props: ButtonsProps) {
  const { busy, testing, isOpen, onTest, onCancel, onSave, onConnect } = props;
  return (
    <>
      <Button disabled={busy || testing} onClick={onTest}>
        Test connection
      </Button>
      {isOpen ? <span className="tone-mut">Connect restarts it and discards its history.</span> : null}
      <span className="dialog-foot-space" />
      <Button variant="quiet" onClick={onCancel}>
        Cancel
      </Button>
      <Button disabled={busy} onClick={onSave}>
        Save
      </Button>
      <Button variant="primary" disabled={busy} onClick={onConnect}>
        Connect
      </Button>
    </>
  );
}

const NOTHING_PASTED: Pasted = { notes: [], confirmations: [] };

function useEditor(app: AppState, profileId: string | null, prefill: ConnectionOptions | null) {
  const key =
    profileId ?? (prefill === null ? 'new' : `new ${prefill.protocol} ${prefill.host} ${prefill.port}`);
  const [start] = useState(() => {
    const profile = app.profiles.find(profileId);
    return draftOf(profile?.options ?? prefill ?? emptyOptions(), profile ?? NO_MARKS);
  });
  const [kept] = useState(() => keptDraft(app.drafts, key));
  const [draft, setDraft] = useState<Draft>(kept ?? start);
  const [wasKept, setWasKept] = useState(kept !== null);
  // A field is judged when it was left, and all of them once something was asked for.
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const [addressProblem, setAddressProblem] = useState<Failure | null>(null);
  const [pasted, setPasted] = useState<Pasted>(NOTHING_PASTED);

  const latest = useRef(draft);
  const finished = useRef(false);
  useEffect(() => {
    latest.current = draft;
  });
  const saved = app.profiles.find(profileId)?.options ?? null;
  const shown = shownErrors(draft, saved, { left, all, address: addressProblem });

  const change = (next: Draft) => {
    setDraft(next);
    setAddressProblem(null);
    // What is as it was at the start is nothing to be kept.
    if (JSON.stringify(next) === JSON.stringify(start)) app.drafts.forget(key);
    else keepDraft(app.drafts, key, next);
  };
  const finish = () => {
    finished.current = true;
    app.drafts.forget(key);
    app.shell.close();
  };
  return {
    ...useSaving(app, profileId, finish),
    draft,
    pasted,
    shown,
    wasKept,
    change,
    leave: (field: string) => setLeft(new Set([...left, field])),
    startOver: () => {
      app.drafts.forget(key);
      setDraft(start);
      setWasKept(false);
    },
    discard: finish,
    check: () => {
      setAll(true);
      return Object.keys(elsewhereErrors(draft, saved)).length > 0 ? null : optionsOf(draft);
    },
    async readAddress(text: string) {
      const { protocol } = draft;
      const answer = await callEngine(() => app.engine.call('readAddress', { text, protocol }));
      // The form may be gone, or other fields may have been filled in meanwhile.
      if (finished.current) return;
      const now = latest.current;
      if (isFailure(answer)) {
        change({ ...now, host: text });
        setAddressProblem(answer);
      } else {
        change(withPasted(now, answer));
        setPasted({ notes: answer.notes ?? [], confirmations: answer.confirmations ?? [] });
      }
    },
    answer(confirmation: Confirmation, use: boolean) {
      if (use) change(withConfirmed(draft, confirmation));
      setPasted({
        ...pasted,
        confirmations: pasted.confirmations.filter((one) => one !== confirmation),
      });
    },
  };
}

/** Saves the form, and may connect with it; `finish`: it is done. */
function useSaving(app: AppState, profileId: string | null, finish: () => void) {
  const [problem, setProblem] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  return {
    problem,
    busy,
    async save(options: ConnectionOptions, marks: ProfileMarks) {
      setBusy(true);
      const saved = await app.profiles.save(profileId, options, marks);
      setBusy(false);
      if (isFailure(saved)) return setProblem(saved);
      if (app.connections.selected() === null) app.connections.select({ kind: 'profile', id: saved.id });
      finish();
    },
    async connect(options: ConnectionOptions, marks: ProfileMarks) {
      setBusy(true);
      const opened = await saveAndConnect(app, profileId, options, marks);
      setBusy(false);
      if (opened) finish();
      else setProblem(app.shell.store.getState().problem);
    },
  };
}
