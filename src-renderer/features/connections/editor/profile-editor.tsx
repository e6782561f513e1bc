import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions, ConnectionState } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { isRunning, useConnectionTest } from '../test/connection-test.ts';
import { addressOf, type Draft } from '../draft/editor-draft.ts';
import { EditorForm, EditorSections } from './editor-form.tsx';
import { firstFocus } from './first-focus.ts';
import { PastedNotes } from './pasted-notes.tsx';
import { PresetLine } from './preset-line.tsx';
import { ProfileForm } from './profile-form.ts';
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
export function ProfileEditor({ app, profileId: asked, prefill }: ProfileEditorProps) {
  const [editor] = useState(() => new ProfileForm(app, asked, prefill));
  useEffect(() => () => editor.closed(), [editor]);
  const { profileId, draft, wasKept, pasted, problem, busy } = useStore(editor.store);
  const lost = useStore(app.profiles.store, ({ missingSecrets }) => missingSecrets[profileId ?? '']);
  const shown = editor.errors(lost);
  const change = (next: Draft) => editor.change(next);
  const [test, run] = useConnectionTest(app.engine);
  const connection = useStore(app.connections.store, ({ connections }) =>
    connections.find((one) => profileId !== null && one.profileId === profileId),
  );
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();
  const firstField = useRef<HTMLInputElement>(null);

  const whenRight = (act: (options: ConnectionOptions) => void) => async () => {
    const options = await editor.ready();
    if (options !== null) act(options);
    else
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const connect = whenRight((options) => void editor.connect(options));

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
      initialFocus={() => firstFocus(form.current, whyStopped(connection?.state)) ?? firstField.current}
      onClose={() => app.shell.close()}
      footer={
        <EditorButtons
          busy={busy}
          testing={isRunning(run)}
          isOpen={connection !== undefined}
          form={formId}
          onTest={whenRight((options) => void test.start(options, profileId))}
          onCancel={() => editor.discard()}
          onSave={whenRight((options) => void editor.save(options))}
        />
      }
    >
      <div className="editor">
        <EditorSections draft={draft} errors={shown} scroller={form} />
        <Fields id={formId} form={form} onSubmit={connect}>
          {wasKept ? <KeptNote onStartOver={() => editor.startOver()} /> : null}
          <MissingSecrets app={app} profileId={profileId} />
          <PastedNotes
            pasted={pasted}
            onConfirm={(one) => editor.answer(one, true)}
            onRefuse={(one) => editor.answer(one, false)}
          />
          <PresetLine app={app} draft={draft} onChange={change} />
          <EditorForm
            app={app}
            profileId={profileId}
            draft={draft}
            errors={shown}
            hostInput={firstField}
            onChange={change}
            onAddress={(text) => void editor.readAddress(text)}
            onLeave={(field) => editor.leave(field)}
          />
          <Problem of={problem} />
          <TestReport app={app} test={test} run={run} onGoTo={(section) => showSection(form, section)} />
        </Fields>
      </div>
    </Dialog>
  );
}

function whyStopped(state: ConnectionState | undefined): string | null {
  return state?.kind === 'stopped' ? (state.why?.code ?? null) : null;
}

function Problem({ of }: { readonly of: Failure | null }) {
  if (of === null) return null;
  return (
    <StatusText tone="err" role="alert">
      {escapeUnsafe(`${of.message} ${of.advice}`)}
    </StatusText>
  );
}

interface FieldsProps {
  readonly id: string;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly onSubmit: () => Promise<void>;
  readonly children: ReactNode;
}

/** What Enter in any field submits. */
function Fields({ id, form, onSubmit, children }: FieldsProps) {
  return (
    <form
      id={id}
      ref={form}
      className="editor-scroll"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // A dialog over this one has a form of its own, whose events come through here.
        if (event.target === event.currentTarget) void onSubmit();
      }}
    >
      {children}
    </form>
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
  /** What "Connect" and Enter submit. */
  readonly form: string;
  readonly onTest: () => Promise<void>;
  readonly onCancel: () => void;
  readonly onSave: () => Promise<void>;
}

function EditorButtons(props: ButtonsProps) {
  const { busy, testing, isOpen, form, onTest, onCancel, onSave } = props;
  return (
    <>
      <Button disabled={busy || testing} onClick={() => void onTest()}>
        Test connection
      </Button>
      {isOpen ? <span className="tone-mut">Connect restarts it and discards its history.</span> : null}
      <span className="dialog-foot-space" />
      <Button variant="quiet" onClick={onCancel}>
        Cancel
      </Button>
      <Button disabled={busy} onClick={() => void onSave()}>
        Save
      </Button>
      <Button variant="primary" type="submit" form={form} disabled={busy}>
        Connect
      </Button>
    </>
  );
}
