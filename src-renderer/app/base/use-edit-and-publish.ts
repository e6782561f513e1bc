import { useCallback } from 'react';
import type { AppState } from '../../state/app/app-state.ts';
import { editAndPublish, type EditAndPublish } from '../../state/publish/edit-and-publish.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

/** Loads a received message into the publish panel, which unfolds and takes the focus. */
export function useEditAndPublish(app: AppState, session: ConnectionSession | null): EditAndPublish {
  return useCallback<EditAndPublish>(
    async (key, which) => {
      if (session === null) return null;
      const publishing = app.publishing.of(session.connectionId);
      const failure = await editAndPublish(session, publishing, key, which);
      if (failure !== null) return failure;
      app.shell.fold(false);
      if (app.shell.store.getState().enlarged !== 'publish') app.shell.enlarge(null);
      document.querySelector<HTMLElement>('[aria-label=Publish] [data-payload-field]')?.focus();
      return null;
    },
    [app, session],
  );
}
