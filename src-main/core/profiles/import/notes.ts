import { formatCount } from '../../text/amounts.ts';
import { MAX_IMPORTED } from '../../../contract/profiles/transfer.ts';
import { utf8Length } from '../../payload/utf8.ts';
import type { Draft, ImportedProfile } from '../draft.ts';
import type { JsonObject } from './json-value.ts';

/** Notes of one file. */
const MOST = 100;

/** Subscriptions and user properties of one file: 16 MB could hold millions, and each costs memory. */
const MOST_PARTS = 100_000;

/**
 * Approximate bytes sent to a window about all profiles. The header of a frame has 4 MiB, and a quote or a
 * backslash takes two.
 */
const MOST_SENT = 1_800_000;

/** Whether what was read so far is as much as one import may hold. */
export class Room {
  #profiles = 0;
  #parts = 0;
  #sent = 0;

  take({ name, folder, notes, pending, options }: ImportedProfile): void {
    const { subscriptions, userProperties, will, host, username } = options;
    this.#profiles++;
    this.#parts += subscriptions.length + userProperties.length + (will?.userProperties.length ?? 0);
    // A confirmation has the name twice and the host twice.
    const asked = pending.reduce((sum, { what }) => sum + 150 + 2 * (utf8Length(what) + utf8Length(host)), 0);
    const texts = [name, folder, host, username?.slice(0, 200) ?? '', ...notes];
    this.#sent += 350 + asked + texts.reduce((sum, text) => sum + utf8Length(text), 0);
  }

  get isFull(): boolean {
    return this.#profiles >= MAX_IMPORTED || this.#parts >= MOST_PARTS || this.#sent >= MOST_SENT;
  }
}

/** Sentences about what could not be read: the first of them, and how many more there are. */
export class Notes {
  readonly #first: string[] = [];
  #more = 0;

  add(text: string): void {
    if (this.#first.length < MOST) this.#first.push(text);
    else this.#more++;
  }

  get list(): string[] {
    if (this.#more === 0) return [...this.#first];
    return [...this.#first, `${formatCount(this.#more)} more could not be read.`];
  }
}

/** Names of a note about fields. */
const MOST_NAMES = 8;

/**
 * All other fields that the other program writes are named in a note, never quoted. `where` marks fields
 * of a part (" of a subscription").
 */
export function noteTheRest(draft: Draft, entry: JsonObject, read: ReadonlySet<string>, where = ''): void {
  const says = (value: unknown): boolean => value !== null && value !== '' && value !== undefined;
  const left = Object.entries(entry)
    .filter(([name, value]) => !read.has(name) && says(value))
    .map(([name]) => (/^\w{1,40}$/.test(name) ? name : 'one with an unusual name'));
  if (left.length === 0) return;
  const more = left.length > MOST_NAMES ? `, and ${formatCount(left.length - MOST_NAMES)} more` : '';
  const names = left.slice(0, MOST_NAMES).join(', ');
  draft.note(`Fields${where} without a counterpart were left out: ${names}${more}.`);
}
