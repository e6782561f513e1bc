import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ServerLimits } from '../../contract/model/model.ts';
import type { TopicSource } from '../../core/topics/columns/nodes.ts';
import type { Clock } from '../base/clock.ts';
import type { Link } from '../link/link.ts';
import type { RetainedProbe } from '../probe/probe.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { KnownNodes } from './known-nodes.ts';

/** The link as clearing needs it. */
export interface CleaningLink {
  readonly link: Link;
  readonly limits: ServerLimits;
}

export interface CleanerOptions {
  readonly topics: TopicSource;
  readonly nodes: KnownNodes;
  readonly publisher: Pick<Publisher, 'publishOnce'>;
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'ask' | 'askUntil' | 'watching' | 'waitsForQuiet'>;
  /** The connection proper; null: there is none. */
  readonly online: () => { readonly clientId: string } | null;
  /** Payload bytes of which a message is kept whole. */
  readonly maxPayloadBytes: () => number;
}

export function offline(): Failure {
  return failed('not-connected', 'There is no connection to the broker.', 'Connect, then try again.');
}
