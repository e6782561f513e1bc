import { failed, type Failure } from '../../contract/base/errors.ts';
import { encodeAuth } from '../../core/mqtt/encode-connect.ts';
import type { ControlPacket } from '../../core/mqtt/packets.ts';
import type { Authenticator, AuthStep } from '../auth/authenticator.ts';
import type { Clock } from '../base/clock.ts';

type Auth = Extract<ControlPacket, { kind: 'auth' }>;
type Answer = { readonly kind: 'done' } | Failure;

/** The broker has so long to answer a re-authentication. */
const AGAIN_MS = 10_000;
const RE_AUTHENTICATE = 25 as const;

export interface LinkAuthOptions {
  readonly authenticator: Authenticator | null;
  readonly clock: Clock;
  readonly write: (packet: Uint8Array) => void;
  /** The exchange failed: the link is to be ended. */
  readonly refused: (failure: Failure) => void;
}

/** Enhanced authentication on one link; without an authenticator every AUTH is against the protocol. */
export class LinkAuth {
  readonly #o: LinkAuthOptions;
  #again: { readonly settle: (answer: Answer) => void; readonly cancel: () => void } | null = null;
  #over = false;

  constructor(options: LinkAuthOptions) {
    this.#o = options;
  }

  received(packet: Auth): void {
    const { authenticator } = this.#o;
    if (!authenticator) {
      const message = 'The broker sent AUTH although no enhanced authentication was asked for.';
      this.#refuse(failed('auth-unasked', message, 'If it repeats, report it to the makers of the broker.'));
      return;
    }
    authenticator.received(packet).then(
      (step) => this.#take(step),
      (error: unknown) =>
        this.#refuse(
          failed('auth-failed', `The authentication failed: ${error instanceof Error ? error.message : ''}`),
        ),
    );
  }

  /** The broker accepted us: null if it proved to know the password, where that was agreed. */
  accepted(data: Uint8Array | undefined): Failure | null {
    const step = this.#o.authenticator?.finished(data ?? new Uint8Array(0));
    return step?.kind === 'refuse' ? step.failure : null;
  }

  /** Re-authentication [MQTT5-4.12.1]; the session goes on meanwhile. */
  again(): Promise<Answer> {
    const { authenticator } = this.#o;
    if (!authenticator) return Promise.resolve(notUsed());
    if (this.#again || authenticator.running) {
      return Promise.resolve(failed('reauthentication-running', 'A re-authentication is under way already.'));
    }
    const first = authenticator.begin();
    if (first.kind === 'failed') return Promise.resolve(first);
    return new Promise((settle) => {
      const cancel = this.#o.clock.after(AGAIN_MS, () => this.#settle(noAnswer()));
      this.#again = { settle, cancel };
      this.#o.write(encodeAuth(RE_AUTHENTICATE, authenticator.method, first.data));
    });
  }

  closed(): void {
    this.#over = true;
    this.#settle(
      failed(
        'reauthentication-closed',
        'The connection ended during the re-authentication: the broker may have refused it.',
        'The reason is in the log.',
      ),
    );
  }

  #take(step: AuthStep): void {
    if (this.#over) return;
    if (step.kind === 'send') this.#o.write(step.packet);
    else if (step.kind === 'done') this.#settle({ kind: 'done' });
    else this.#refuse(step.failure);
  }

  #refuse(failure: Failure): void {
    if (this.#over) return;
    this.#settle(failure);
    this.#o.refused(failure);
  }

  #settle(answer: Answer): void {
    const again = this.#again;
    this.#again = null;
    if (!again) return;
    again.cancel();
    again.settle(answer);
  }
}

function notUsed(): Failure {
  return failed(
    'no-enhanced-authentication',
    'This connection does not use enhanced authentication, so there is nothing to do again.',
    'Choose SCRAM in the profile, where the broker asks for it.',
  );
}

function noAnswer(): Failure {
  return failed(
    'reauthentication-timeout',
    `The broker did not answer the re-authentication within ${AGAIN_MS / 1_000} s.`,
    'It may not support it. The session goes on as it is.',
  );
}
