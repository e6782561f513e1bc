import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { KeptMessages } from '../../../state/publish/kept-messages.ts';
import type { PublishDraft } from '../../../state/publish/publish-draft.ts';
import type { Publishing } from '../../../state/publish/publish-drafts.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { followKept, useFollowed } from '../base/use-followed.ts';
import { SaveDialog } from './save-dialog.tsx';
import { SavedTree } from './saved-tree.tsx';
import { SentGrid } from './sent-grid.tsx';
import { VariableList } from './variable-list.tsx';
import './kept.css';

export interface KeptPaneProps {
  readonly publishing: Publishing;
  /** Null: the connection is of no profile. */
  readonly profile: { readonly id: string; readonly name: string } | null;
  /** Publishes a message, after a question where there has to be one. */
  readonly onSend: (draft: PublishDraft) => void;
  /** It is there with what is saved. */
  readonly onShown: (pane: HTMLElement) => void;
}

/** Beside the message: what is saved, what can stand in it, what was sent. */
export function KeptPane({ publishing, profile, onSend, onShown }: KeptPaneProps) {
  const kept = useFollowed(publishing, followKept);
  return kept === null ? (
    <div className="kept" />
  ) : (
    <Kept {...{ kept, publishing, profile, onSend, onShown }} />
  );
}

function Kept({
  kept,
  publishing,
  profile,
  onSend,
  onShown,
}: KeptPaneProps & { readonly kept: KeptMessages }) {
  const { saved, sent, loaded: isRead, problem: listProblem } = useStore(kept.store);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<Failure | null>(null);
  const shown = problem ?? listProblem;
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isRead && pane.current !== null) onShown(pane.current);
  }, [isRead, onShown]);
  const done = async (asked: Promise<Failure | null>) => setProblem(await asked);
  const loaded = async (asked: Promise<PublishDraft | Failure>, take: (draft: PublishDraft) => void) => {
    const draft = await asked;
    if ('code' in draft) return setProblem(draft);
    setProblem(null);
    take(draft);
  };
  const load = (draft: PublishDraft) => publishing.load(draft);
  return (
    <div ref={pane} className="kept">
      {shown === null ? null : (
        <p role="alert" className="kept-problem">
          {shown.message} {shown.advice}
        </p>
      )}
      <SavedTree
        saved={saved}
        profile={profile}
        onLoad={({ id }) => void loaded(kept.readSaved(id), load)}
        onSend={({ id }) => void loaded(kept.readSaved(id), onSend)}
        onRemove={({ id }) => void done(kept.remove([id]))}
      />
      <div className="kept-save">
        <Button onClick={() => setSaving(true)}>Save…</Button>
        <span className="tone-mut">keeps the message in the panel</span>
      </div>
      <VariableList
        onInsert={(text) => {
          publishing.insertText(text);
        }}
      />
      <SentGrid
        sent={sent}
        onAgain={({ id }) => void loaded(kept.readSent(id), onSend)}
        onEdit={({ id }) => void loaded(kept.readSent(id), load)}
        onClear={() => void done(kept.clearSent())}
      />
      {saving ? (
        <SaveDialog
          saved={saved}
          profile={profile}
          topic={publishing.store.getState().draft.topic}
          onClose={() => setSaving(false)}
          onSave={async (id, place) => {
            const failure = await kept.save(id, place, publishing.store.getState().draft);
            if (failure === null) setSaving(false);
            return failure;
          }}
        />
      ) : null}
    </div>
  );
}
