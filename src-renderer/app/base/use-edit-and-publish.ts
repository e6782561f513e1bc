import { useCallback } from 'react';
import type { AppState } from '../../state/app/app-state.ts';
import { editAndPublish, publishAgain, type EditAndPublish } from '../../state/publish/edit-and-publish.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

/** Loads a received message into the publish panel, which unfolds and takes the focus; or publishes it as it was. */
export function useEditAndPublish(app: AppState, session: ConnectionSession | null): EditAndPublish {
  return useCallback<EditAndPublish>(
    (key, which, how) =>
      session === null ? Promise.resolve(null) : republish(app, session)(key, which, how),
    [app, session],
  );
}

/** The same outside of what is drawn. */
export function republish(app: AppState, session: ConnectionSession): EditAndPublish {
  return async (key, which, how = 'edit') => {
    const publishing = app.publishing.of(session.connectionId);
    const act = how === 'edit' ? editAndPublish : publishAgain;
    const failure = await act(session, publishing, key, which);
    if (failure !== null) return failure;
    app.shell.fold(false);
    if (app.shell.store.getState().enlarged !== 'publish') app.shell.enlarge(null);
    if (how === 'edit')
      document.querySelector<HTMLElement>('[aria-label=Publish] [data-payload-field]')?.focus();
    return null;
  };
}
