import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { useConnectionTest } from '../test/connection-test.ts';
import { addressOf, type Draft } from '../draft/editor-draft.ts';
import { EditorForm, EditorSections } from './editor-form.tsx';
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
  const shown = editor.errors();
  const change = (next: Draft) => editor.change(next);
  const test = useConnectionTest(app);
  const isOpen = useStore(app.connections.store, ({ connections }) =>
    connections.some((one) => profileId !== null && one.profileId === profileId),
  );
  const form = useRef<HTMLDivElement>(null);
  const firstField = useRef<HTMLInputElement>(null);

  const whenRight = (act: (options: ConnectionOptions) => void) => () => {
    const options = editor.check();
    if (options !== null) act(options);
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
          onSave={whenRight((options) => void editor.save(options))}
          onConnect={whenRight((options) => void editor.connect(options))}
        />
      }
    >
      <div className="editor">
        <EditorSections draft={draft} errors={shown} scroller={form} />
        <div ref={form} className="editor-scroll">
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
          {problem === null ? null : (
            <StatusText tone="err" role="alert">
              {problem.message} {problem.advice}
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
