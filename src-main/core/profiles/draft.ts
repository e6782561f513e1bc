import { isShared } from '../topics/filters.ts';
import type { z } from 'zod';
import { UserProperty } from '../../contract/model/connect-fields.ts';
import {
  ConnectionOptions,
  SubscriptionRequest,
  TlsOptions,
  type Profile,
  type ProfileColour,
} from '../../contract/model/model.ts';
import type { ImportFormat } from '../../contract/profiles/transfer.ts';
import { checkTopicFilter, checkTopicName } from '../topics/names.ts';
import { wholeUnits } from '../payload/utf8.ts';
import { checkEndpoint } from './endpoint.ts';
import { cleanFolder } from './list.ts';
import { holdsItself } from './named-path.ts';
import { withoutPending, MAX_PATH, type Pending } from './pending-confirmations.ts';

/** A profile as it came out of a file: complete, and without anything that is still to be confirmed. */
export interface ImportedProfile {
  readonly name: string;
  readonly folder: string;
  readonly colour: ProfileColour;
  readonly options: ConnectionOptions;
  readonly notes: readonly string[];
  readonly pending: readonly Pending[];
  /** Only our own files have them. */
  readonly kept?: KeptWithProfile;
}

/** What a person made of the topics of a profile, beside its options. */
export type KeptWithProfile = Pick<Profile, 'filters' | 'watched' | 'charts'>;

/** What a file holds. */
export interface Imported {
  readonly format: ImportFormat;
  readonly profiles: readonly ImportedProfile[];
  /** Entries that could not be read, and anything else that concerns the whole file. */
  readonly notes: readonly string[];
}

/** Most notes of one profile and of one file: more are not read, and all have to fit a frame. */
export const MAX_NOTES = 20;

/** An international name is looked at once more where it is saved. */
const identity = (host: string): string => host;

type Key = keyof typeof ConnectionOptions.shape;
type TlsKey = keyof typeof TlsOptions.shape;

/**
 * Options built field by field from values of unknown type. A field whose value does not fit keeps its
 * default. A note names the field and never quotes the value.
 */
export class Draft {
  readonly #fields: Partial<Record<Key, unknown>> = {};
  readonly #tls: Partial<Record<TlsKey, unknown>> = {};
  readonly #subscriptions = new Map<string, z.input<typeof SubscriptionRequest>>();
  readonly #userProperties: UserProperty[] = [];
  readonly #notes: string[] = [];
  #closed = false;
  name = '';
  folder = '';
  colour: ProfileColour = 'none';

  note(text: string): void {
    if (this.#notes.includes(text)) return;
    if (this.#notes.length < MAX_NOTES) this.#notes.push(text);
    else this.#notes[MAX_NOTES - 1] = 'More than could be listed was not taken over.';
  }

  /** Undefined and null mean that the file says nothing of it. */
  put(key: Key, value: unknown, label: string): void {
    if (value === undefined || value === null) return;
    if (ConnectionOptions.shape[key].safeParse(value).success) this.#fields[key] = value;
    else this.#misfit(label);
  }

  putTls(key: TlsKey, value: unknown, label: string): void {
    if (value === undefined || value === null) return;
    // A path has a length; a certificate or key itself may be long.
    const isFile = key === 'ca' || key === 'cert' || key === 'key' || key === 'pfx';
    const fits = typeof value !== 'string' || value.length <= MAX_PATH || (isFile && holdsItself(key, value));
    if (fits && TlsOptions.shape[key].safeParse(value).success) this.#tls[key] = value;
    else this.#misfit(label);
  }

  get(key: Key): unknown {
    return this.#fields[key];
  }

  putSubscription(request: z.input<typeof SubscriptionRequest>): void {
    if (this.#subscriptions.has(request.filter)) return;
    if (this.#subscriptions.size >= 1_000) {
      this.note('Subscriptions after the first 1,000 were left out.');
    } else if (!SubscriptionRequest.safeParse(request).success || checkTopicFilter(request.filter) !== null) {
      this.note('A subscription was left out: its topic filter or an option of it is not valid.');
    } else this.#subscriptions.set(request.filter, request);
  }

  /** Nothing stands in for filters that could not be taken over: the profile has those it has, or none. */
  closeSubscriptions(): void {
    this.#closed = true;
    if (this.#subscriptions.size === 0) this.note('It subscribes to nothing: add a topic filter.');
  }

  putUserProperty(property: UserProperty): void {
    if (!UserProperty.safeParse(property).success) this.#misfit('A user property');
    else if (this.#userProperties.length < 1_000) this.#userProperties.push(property);
    else this.note('User properties after the first 1,000 were left out.');
  }

  putWill(will: unknown): void {
    const topic = typeof will === 'object' && will !== null && 'topic' in will ? will.topic : null;
    if (typeof topic !== 'string' || checkTopicName(topic) !== null) this.#misfit('The will');
    else this.put('will', will, 'The will');
  }

  #misfit(label: string): void {
    this.note(`${label} was not taken over: the value is not one that can be used here.`);
  }

  /** Null without a host: then there is nothing to connect to. */
  finish(): ImportedProfile | null {
    const { host } = this.#fields;
    if (typeof host !== 'string') return null;
    const parsed = ConnectionOptions.safeParse({
      protocol: 'mqtt',
      port: 1883,
      ...this.#fields,
      name: '',
      tls: this.#tls,
      userProperties: this.#userProperties,
      ...((this.#closed || this.#subscriptions.size > 0) && {
        subscriptions: [...this.#subscriptions.values()],
      }),
    });
    if (!parsed.success) return null;
    const checked = checkEndpoint(parsed.data, identity);
    return 'kind' in checked ? null : finished(checked, this, this.#notes);
  }
}

/** What every import has in common, whatever it was read by. */
export function finished(
  options: ConnectionOptions,
  about: { readonly name: string; readonly folder: string; readonly colour: ProfileColour },
  notes: readonly string[],
): ImportedProfile {
  const name = shortName(about.name) || shortName(options.host);
  const { options: safe, pending } = withoutPending({ ...options, name });
  const folder = about.folder
    .split('/')
    .map((part) => cleanName(part))
    .filter((part) => part !== '');
  return {
    name,
    folder: cleanFolder(folder.slice(0, 16).join('/')),
    colour: about.colour,
    options: safe,
    notes: [...notes, ...warnings(safe)],
    pending,
  };
}

/** Characters of the name of a profile. */
const MOST_NAME = 200;

function shortName(text: string): string {
  const name = cleanName(text);
  return name.slice(0, wholeUnits(name, MOST_NAME));
}

/** Nothing in a name may change how the text around it reads. */
export function cleanName(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** What to check before connecting with options from another source. */
function warnings({ protocol, tls, proxy, will, subscriptions }: ConnectionOptions): string[] {
  const found: string[] = [];
  const secure = protocol === 'mqtts' || protocol === 'wss';
  const { chain, dates, hostName } = tls.checks;
  if (secure && (!tls.verify || !chain)) {
    found.push(
      'The certificate of the broker is not verified: anybody on the way can read and change messages.',
    );
  } else if (secure && !hostName) {
    found.push('The name in the certificate of the broker is not checked.');
  } else if (secure && !dates) {
    found.push('The validity of the certificate of the broker is not checked.');
  }
  if (will !== null) found.push('It has a will, which the broker publishes when the connection is lost.');
  if (subscriptions.some(({ enabled, filter }) => enabled && isShared(filter))) {
    found.push('A shared subscription takes messages away from the other members of its group.');
  }
  if (proxy !== null) found.push('The connection goes through a proxy, which sees it.');
  return found;
}
