import type { Client } from '../contract/base/define.ts';
import { ProtocolError } from '../contract/base/errors.ts';
import { CONTRACT_VERSION, type Hello, type helloCalls } from '../contract/base/hello.ts';

/** What a first exchange came to. */
export type Greeting =
  | { readonly kind: 'same' }
  /** `engine`: the program's version on the other side; null where it is too old, or too new, to say. */
  | { readonly kind: 'other'; readonly engine: string | null }
  /** The pipe closed before the answer. */
  | { readonly kind: 'closed' };

/**
 * Asks the other side for its version. A window and its engine are built together, so they fit if and only
 * if both versions are the same. A page that a browser kept over an update does not fit.
 */
export async function greet(client: Client<typeof helloCalls>, version: string): Promise<Greeting> {
  let engine: Hello;
  try {
    engine = await client.call('hello', { contract: CONTRACT_VERSION, version });
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'closed') return { kind: 'closed' };
    return { kind: 'other', engine: null };
  }
  return engine.contract === CONTRACT_VERSION && engine.version === version
    ? { kind: 'same' }
    : { kind: 'other', engine: engine.version };
}
