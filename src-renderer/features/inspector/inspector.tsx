import type { ConnectionSession } from '../../state/session.ts';

export function Inspector({ session }: { readonly session: ConnectionSession }) {
  return <section role="region" aria-label="Inspector" data-connection={session.connectionId} />;
}
