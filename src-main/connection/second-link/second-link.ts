import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { CUT_OFF } from '../../core/retained/probed.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { ProbeLink, type OnlineProbe } from './probe-link.ts';

/** The connection stays for so long: a check follows what it checks. */
const LINGER_MS = 5_000;

export interface SecondLinkOptions {
  readonly options: ConnectionOptions;
  readonly ports: ConnectionPorts;
  readonly clock: Clock;
  readonly intake: Intake;
  /** Of the connection proper; null while it is not online. */
  readonly online: () => { readonly version: WireVersion; readonly clientId: string } | null;
  readonly maxPayloadBytes: () => number;
  readonly fault: (error: unknown) => void;
}

/** The second connection to the broker: opened when somebody uses it, closed some time after the last one. */
export class SecondLink {
  readonly #o: SecondLinkOptions;
  #link: ProbeLink | null = null;
  #users = 0;
  #cancelLinger: () => void = () => undefined;

  constructor(options: SecondLinkOptions) {
    this.#o = options;
  }

  /** It is not closed for being idle while `act` runs. */
  async use<T>(act: () => Promise<T>): Promise<T> {
    this.#cancelLinger();
    this.#users++;
    try {
      return await act();
    } finally {
      if (--this.#users === 0) this.#cancelLinger = this.#o.clock.after(LINGER_MS, () => this.close());
    }
  }

  /** The one that is open, or a new one. */
  async open(): Promise<OnlineProbe | Failure> {
    const { online, options, ports, fault, intake, maxPayloadBytes } = this.#o;
    if (this.#link && !this.#link.isOver) return this.#link.opened;
    const proper = online();
    if (proper === null) return closedMeanwhile();
    this.#link = new ProbeLink({
      ...proper,
      options,
      ports,
      fault,
      intake,
      maxPayloadBytes: maxPayloadBytes(),
    });
    return this.#link.opened;
  }

  /** The connection proper ended, or is about to. */
  close(): void {
    this.#cancelLinger();
    const link = this.#link;
    this.#link = null;
    void link?.close();
  }
}

export function closedMeanwhile(): Failure {
  return failed(CUT_OFF, 'The connection ended before the broker answered.', 'Try again when it is back.');
}
