import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Names a browser on this machine may use for a server of this machine. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
/** Cookies of one name that are looked at: more come from someone who is trying. */
const MAX_COOKIES = 8;
const TICKET_LIFE_MS = 120_000;

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
 * Who may come in: the token opens the door once and is replaced by a cookie; every page carries a
 * secret of its own, so that another program's page on the same machine cannot use the cookie.
 */
export class Access {
  readonly cookieName: string;
  readonly #options: AccessOptions;
  readonly #cookie: string;
  readonly #names: ReadonlySet<string>;
  readonly #pageKey = randomBytes(32);
  readonly #tickets = new Map<string, number>();

  constructor(options: AccessOptions) {
    this.#options = options;
    // Cookies are shared by all ports of a host.
    this.cookieName = `topicscope-${options.port}`;
    // From the token, so that a token of the user's own outlives a restart.
    this.#cookie = createHmac('sha256', options.token).update('topicscope cookie').digest('base64url');
    const own = options.host.includes(':') ? `[${options.host}]` : options.host.toLowerCase();
    this.#names = new Set([...LOOPBACK_NAMES, own].flatMap((name) => this.#withPort(name)));
  }

  isToken(candidate: string): boolean {
    return sameText(candidate, this.#options.token);
  }

  /** Opens the door once, for a browser started by us: other users can read its command line. */
  newTicket(now: number): string {
    const ticket = randomBytes(24).toString('base64url');
    this.#tickets.set(ticket, now + TICKET_LIFE_MS);
    return ticket;
  }

  useTicket(ticket: string, now: number): boolean {
    const until = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return until !== undefined && now <= until;
  }

  setCookie(): string {
    const secure = this.#options.scheme === 'https' ? '; Secure' : '';
    return `${this.cookieName}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  }

  hasCookie(header: string | undefined): boolean {
    const prefix = `${this.cookieName}=`;
    const ours = (header ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(prefix));
    return ours.slice(0, MAX_COOKIES).some((part) => sameText(part.slice(prefix.length), this.#cookie));
  }

  /** For one load of the page. Not stored: it proves by its own signature that it is ours. */
  newPageSecret(): string {
    const nonce = randomBytes(16).toString('base64url');
    return `${nonce}.${this.#signPage(nonce)}`;
  }

  isPageSecret(candidate: string): boolean {
    const [nonce = '', signature = ''] = candidate.split('.', 2);
    return sameText(signature, this.#signPage(nonce));
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

  #signPage(nonce: string): string {
    return createHmac('sha256', this.#pageKey).update(nonce).digest('base64url');
  }
}

/** In a time that tells nothing of where two texts differ, nor of the secret's length. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
