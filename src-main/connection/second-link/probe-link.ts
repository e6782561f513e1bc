import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { probeClientId } from '../../core/session/auth/client-id.ts';
import type { LinkLimits } from '../../core/session/failures/service-limits.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import { CUT_OFF } from '../../core/retained/probed.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { Attempt } from '../link/attempt.ts';
import type { Connack, Link, LinkEnd } from '../link/link.ts';
import { IDS_BEFORE, SessionMemory } from '../link/session-memory.ts';
import { Empties } from './empties.ts';
import type { WireRequests } from '../link/wire-requests.ts';
import { linkLimits } from '../session/online-state.ts';

/** Time for DISCONNECT to leave. */
const CLOSE_MS = 500;

/** The second connection to the broker, online. */
export interface OnlineProbe {
  readonly kind: 'online';
  readonly link: Link;
  readonly requests: WireRequests;
  readonly limits: LinkLimits;
  readonly empties: Empties;
}

export interface ProbeLinkOptions {
  readonly options: ConnectionOptions;
  /** In use on the connection proper. */
  readonly version: WireVersion;
  readonly clientId: string;
  readonly ports: ConnectionPorts;
  readonly intake: Intake;
  readonly maxPayloadBytes: number;
  readonly fault: (error: unknown) => void;
}

/**
 * A short-lived second connection to the same broker, as the same user: a client ID of its own, a clean
 * start, no will, no session to be kept, none of the user's subscriptions. Used once.
 */
export class ProbeLink {
  readonly opened: Promise<OnlineProbe | Failure>;
  readonly #attempt: Attempt;
  #over = false;
  #empties: Empties | null = null;
  #settle: (opened: OnlineProbe | Failure) => void = () => undefined;

  constructor(o: ProbeLinkOptions) {
    const memory = new SessionMemory(IDS_BEFORE);
    const clientId = probeClientId(o.clientId, o.ports.random);
    const options = { ...o.options, clientId, cleanStart: true, sessionExpiry: null, will: null };
    let connack: Connack | null = null;
    this.opened = new Promise((settle) => (this.#settle = settle));
    this.#attempt = new Attempt(
      { ...o, options, clientId, memory, handshakes: 'tap' },
      {
        phase: () => undefined,
        notes: () => undefined,
        accepted: (_link, accepted) => (connack = accepted),
        ready: () => {
          const { link } = this.#attempt;
          if (connack === null || link === null) return;
          const limits = linkLimits(connack, options);
          const empties = new Empties(link, memory.ids, limits, o.ports.clock, () => void this.close());
          link.listen(empties);
          this.#empties = empties;
          this.#settle({ kind: 'online', link, requests: link.requests, limits, empties });
        },
        pinged: () => undefined,
        fault: o.fault,
        ended: (end) => {
          this.#over = true;
          this.#empties?.ended();
          this.#settle(refused(end));
        },
      },
    );
  }

  get isOver(): boolean {
    return this.#over;
  }

  async close(): Promise<void> {
    this.#over = true;
    // An attempt that we close reports no end, so whoever waits for it would wait for good.
    this.#settle(closedEarly());
    const closed = this.#attempt.close(CLOSE_MS);
    this.#empties?.ended();
    await closed;
  }
}

function closedEarly(): Failure {
  return failed(
    CUT_OFF,
    'The second connection was closed before it was open.',
    'Try again when the connection is back.',
  );
}

function refused({ ending }: LinkEnd): Failure {
  return failed(
    'probe-refused',
    `Asking the broker for a retained message takes a second connection, which did not come about: ${ending.failure.message}`,
    'The broker may limit the connections of a user, or the client IDs. Ask its operator.',
  );
}
