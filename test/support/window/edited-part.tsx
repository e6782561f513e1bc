import type { ComponentType } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { shownErrors } from '../../../src-renderer/features/connections/draft/shown-errors.ts';
import { draftOf, type Draft } from '../../../src-renderer/features/connections/draft/editor-draft.ts';
import type { PartProps } from '../../../src-renderer/features/connections/editor/sections/part.tsx';
import type { AppState } from '../../../src-renderer/state/app/app-state.ts';
import { live, type Live } from './live.ts';

export interface EditedPart extends Live {
  /** The form as it is by now. */
  draft(): Draft;
}

interface Start {
  readonly draft?: Partial<Draft>;
  readonly profileId?: string;
}

/** A draft with what a new connection to a broker has, and what the test says. */
export function draftWith(part: Partial<Draft> = {}): Draft {
  const plain = { name: 'Plant', protocol: 'mqtt', host: 'broker.test', port: 1883, subscriptions: [] };
  return { ...draftOf(ConnectionOptions.parse(plain)), ...part };
}

/** A part of the profile editor in a form of its own, whose rules are those of the editor. */
export function editPart(app: AppState, Part: ComponentType<PartProps>, start: Start = {}): EditedPart {
  const store = createStore(() => ({ draft: draftWith(start.draft), left: new Set<string>() }));
  const Form = () => {
    const { draft, left } = useStore(store);
    return (
      <Part
        app={app}
        profileId={start.profileId ?? null}
        draft={draft}
        errors={shownErrors(draft, null, { left, all: false, address: null })}
        onChange={(next) => store.setState({ draft: next })}
        onLeave={(field) => store.setState((now) => ({ left: new Set(now.left).add(field) }))}
      />
    );
  };
  return { ...live(<Form />), draft: () => store.getState().draft };
}
