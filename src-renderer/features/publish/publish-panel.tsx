import type { ConnectionSession } from '../../state/session.ts';

export function PublishPanel({ session }: { readonly session: ConnectionSession }) {
  return <section role="region" aria-label="Publish" data-connection={session.connectionId} />;
}
