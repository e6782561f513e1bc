import { isIPv6 } from 'node:net';

/** Wrong tokens of one caller within `WITHIN_MS`; a person mistypes a few times. */
const FREE_GUESSES = 10;
const WITHIN_MS = 60_000;
/** Callers that are remembered; the oldest make room. */
const MAX_CALLERS = 1_000;

/** Who tries tokens: a short one of the user's own must not be found by trying. */
export class Guesses {
  readonly #wrong = new Map<string, { count: number; readonly until: number }>();

  /** ms until an address may try again; 0: now. `now` in ms. */
  waitOf(address: string, now: number): number {
    const known = this.#wrong.get(callerOf(address));
    if (known === undefined || known.count < FREE_GUESSES) return 0;
    return Math.max(0, known.until - now);
  }

  addWrong(address: string, now: number): void {
    const caller = callerOf(address);
    const known = this.#wrong.get(caller);
    if (known !== undefined && known.until > now) {
      known.count++;
      return;
    }
    this.#wrong.delete(caller);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size >= MAX_CALLERS && oldest !== undefined) this.#wrong.delete(oldest);
    this.#wrong.set(caller, { count: 1, until: now + WITHIN_MS });
  }
}

/** One name for all addresses that one machine has at will: 127.0.0.0/8, and the network of 64 bits of an IPv6 address. */
function callerOf(address: string): string {
  const v4 = address.replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (v4.startsWith('127.') || address === '::1') return 'loopback';
  if (!isIPv6(v4)) return v4;
  const [head = '', tail] = v4.replace(/%.*$/, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  // What `::` stands for: as many zeros as eight groups need.
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return groups.slice(0, 4).join(':');
}
