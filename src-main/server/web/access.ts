import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { bracketed } from '../../core/profiles/host.ts';

/** Names a browser on this machine may use for a server of this machine. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
/** Long enough to read an address in a terminal and to type it elsewhere, in ms. */
const TICKET_LIFE_MS = 600_000;
/** Unused tickets at a time; the oldest make room. */
const MAX_TICKETS = 100;
const SECRET_BYTES = 32;

export interface AccessOptions {
  readonly token: string;
  readonly scheme: 'http' | 'https';
  /** The port that is listened on. */
  readonly port: number;
  /** The address that is listened on; IPv6 without brackets. */
  readonly host: string;
  /** Lower case, with or without a port. */
  readonly allowedHosts: readonly string[];
}

/**
 * Who may come in. A ticket (once, and soon) or the token is exchanged for the secret of one page, which lives
 * in the storage of that tab and is the first message on its WebSocket. There is no cookie: a browser would send
 * it to every port of this machine.
 */
export class Access {
  readonly #options: AccessOptions;
  readonly #names: ReadonlySet<string>;
  /**
   * Of this process alone, also where the token is the user's own and stays the same: a page that looks for a
   * program which has ended shows its secret to whoever took over the port.
   */
  readonly #pageKey = randomBytes(SECRET_BYTES);
  /** Until when each is valid, by its hash: the time of a look-up then reveals nothing of a ticket. */
  readonly #tickets = new Map<string, number>();

  constructor(options: AccessOptions) {
    this.#options = options;
    const own = bracketed(options.host.toLowerCase());
    this.#names = new Set([...LOOPBACK_NAMES, own].flatMap((name) => this.#withPort(name)));
  }

  isToken(candidate: string): boolean {
    return sameText(candidate, this.#options.token);
  }

  /** Opens one page, once. `now` in ms of any clock that only goes forward. */
  newTicket(now: number): string {
    for (const [known, until] of this.#tickets) if (now > until) this.#tickets.delete(known);
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size >= MAX_TICKETS && oldest !== undefined) this.#tickets.delete(oldest);
    const ticket = randomBytes(SECRET_BYTES).toString('base64url');
    this.#tickets.set(hashOf(ticket), now + TICKET_LIFE_MS);
    return ticket;
  }

  useTicket(ticket: string, now: number): boolean {
    const hash = hashOf(ticket);
    const until = this.#tickets.get(hash);
    this.#tickets.delete(hash);
    return until !== undefined && now <= until;
  }

  /** For one page. Not stored: it proves by its own signature that it is ours. */
  newPageSecret(): string {
    return this.#pageSecret(randomBytes(SECRET_BYTES / 2).toString('base64url'));
  }

  isPageSecret(candidate: string): boolean {
    const [nonce = ''] = candidate.split('.', 1);
    return sameText(candidate, this.#pageSecret(nonce));
  }

  isHost(header: string | undefined): boolean {
    const host = header?.toLowerCase();
    return host !== undefined && (this.#names.has(host) || this.#isAllowedHost(host));
  }

  /** `host` is a Host header that `isHost` accepted. A request without an Origin is refused. */
  isOrigin(origin: string | undefined, host: string): boolean {
    const name = host.toLowerCase();
    if (origin === `${this.#options.scheme}://${name}`) return true;
    // A proxy in front may speak TLS where we do not.
    return this.#isAllowedHost(name) && origin === `https://${name}`;
  }

  #isAllowedHost(host: string): boolean {
    const name = host.replace(/:\d+$/, '');
    return this.#options.allowedHosts.some((allowed) => allowed === host || allowed === name);
  }

  #withPort(name: string): string[] {
    const { port, scheme } = this.#options;
    const full = `${name}:${port}`;
    return port === (scheme === 'http' ? 80 : 443) ? [full, name] : [full];
  }

  #pageSecret(nonce: string): string {
    return `${nonce}.${createHmac('sha256', this.#pageKey).update(nonce).digest('base64url')}`;
  }
}

/** Compares in a time that reveals neither where two texts differ nor how long the secret is. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url');
}
