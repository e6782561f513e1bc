import type { ProtocolErrorCode } from '../contract/base/errors.ts';

/**
 * The messages of the wire. The asking side numbers its calls and streams: each id is greater than
 * every one before it, so an id can never be used twice.
 *
 * A stream is pulled: `open` asks for its first item and every `take` for one more, so at most one
 * item is on its way. `close` says that the reader left; nothing is answered to it.
 */
export type Ask =
  | { readonly t: 'call' | 'open'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly t: 'take' | 'close'; readonly id: number };

type Complaint = { readonly t: 'error'; readonly code: ProtocolErrorCode; readonly message: string };

/** `error` with an id ends that call or stream; with null it is about a message without one. */
export type AnswerTo =
  | { readonly t: 'reply' | 'item'; readonly id: number; readonly value: unknown }
  | { readonly t: 'end'; readonly id: number }
  | (Complaint & { readonly id: number });
export type Answer = AnswerTo | (Complaint & { readonly id: null });

type Fields = Readonly<Record<string, unknown>>;

function fields(message: unknown): Fields | null {
  return typeof message === 'object' && message !== null && !Array.isArray(message)
    ? (message as Fields)
    : null;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** Null: not a message of the asking side. */
export function readAsk(message: unknown): Ask | null {
  const m = fields(message);
  if (m === null || !isId(m['id'])) return null;
  const id = m['id'];
  switch (m['t']) {
    case 'call':
    case 'open':
      return typeof m['method'] === 'string'
        ? { t: m['t'], id, method: m['method'], params: m['params'] }
        : null;
    case 'take':
    case 'close':
      return { t: m['t'], id };
    default:
      return null;
  }
}

const CODES: Readonly<Record<ProtocolErrorCode, true>> = {
  'bad-frame': true,
  'unknown-method': true,
  'bad-params': true,
  'bad-answer': true,
  internal: true,
  closed: true,
  'too-many-streams': true,
  'too-many-calls': true,
};

function isCode(value: unknown): value is ProtocolErrorCode {
  return typeof value === 'string' && Object.hasOwn(CODES, value);
}

/** Null: not a message of the answering side. */
export function readAnswer(message: unknown): Answer | null {
  const m = fields(message);
  if (m === null) return null;
  const { id } = m;
  if (m['t'] === 'error') {
    if (!(id === null || isId(id)) || !isCode(m['code']) || typeof m['message'] !== 'string') return null;
    return { t: 'error', id, code: m['code'], message: m['message'] };
  }
  if (!isId(id)) return null;
  switch (m['t']) {
    case 'reply':
    case 'item':
      return { t: m['t'], id, value: m['value'] };
    case 'end':
      return { t: 'end', id };
    default:
      return null;
  }
}
