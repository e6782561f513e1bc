import type { EngineClient } from '../../src-main/contract/api.ts';

/** How the window stands to its engine. */
export type LinkStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'up' }
  /** `retryAt`: ms since the epoch; null where only a reload helps. */
  | { readonly kind: 'lost'; readonly why: string; readonly since: number; readonly retryAt: number | null };

/** What the stores ask of the engine: questions, streams, and whether anybody is listening. */
export interface Engine {
  readonly call: EngineClient['call'];
  readonly stream: EngineClient['stream'];
  readonly link: {
    get(): LinkStatus;
    subscribe(listener: (status: LinkStatus) => void): () => void;
  };
  /** Ask for the link again now; where only a reload helps, reload. */
  retry(): void;
}
