/** Posted by pipes over ports to say why they close: a port's own `close` event has no reason, or never comes. */
const CLOSED = 'topicscope:closed';

export function closingMessage(reason: string): object {
  return { [CLOSED]: reason };
}

/** Null: an ordinary message. */
export function closingReason(message: unknown): string | null {
  if (typeof message !== 'object' || message === null) return null;
  const reason = (message as Readonly<Record<string, unknown>>)[CLOSED];
  return typeof reason === 'string' ? reason : null;
}
