import type { RetainedAge } from '../../contract/session/inventory.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { RecordLook } from '../history/look.ts';
import { eachProperty, readU16, USER_PROPERTY } from '../mqtt/properties.ts';
import { decodeStrict } from '../payload/utf8.ts';
import { JsonFinder } from '../query/match/json-find.ts';
import { readIsoTime } from '../text/iso-time.ts';

/** Names that devices use for the time of a message, in lower case and without word separators. */
const NAMES = [
  'timestamp',
  'ts',
  'time',
  'datetime',
  'date',
  'sentat',
  'createdat',
  'updated',
  'updatedat',
  'lastupdate',
  'lastupdated',
  'lastseen',
  'modified',
];
const NAMED = new Set(NAMES);
/** A member with such a name, wherever it lies. */
const MEMBER =
  /"(time[_-]?stamp|ts|time|date[_-]?time|date|(?:sent|created|updated)[_-]?at|updated|last[_-]?(?:update|updated|seen)|modified)"\s*:/gi;
/** Payload bytes that are looked at. */
const MOST_BYTES = 4_096;
/** Earlier times are not plausible for an MQTT message: 2000-01-01. */
const EARLIEST = 946_684_800_000;
/** Clocks differ. */
const AHEAD_MS = 86_400_000;
const DIGITS = /^\d{10,19}(?:\.\d{1,9})?$/;
/** Finders of names as they were met; there are only so many spellings. */
const MOST_FINDERS = 256;

const OPEN_OBJECT = 0x7b;

/** Reads the age of a retained message. It never guesses: without evidence there is no age. */
export class AgeReader {
  readonly #finders = new Map<string, JsonFinder>();

  /**
   * @param look the retained message; null: it was not seen, or is not kept any more
   * @param now ms since the epoch
   */
  ageOf(look: RecordLook | null, fact: RetainedFact, now: number): RetainedAge | null {
    if (look !== null) {
      const fromProperty = this.#inProperties(look, now);
      if (fromProperty !== null) return { at: fromProperty, source: 'property' };
      const carried = this.#inPayload(look, now);
      if (carried !== null) return { at: carried, source: 'payload' };
    }
    if (fact.state !== 'retained') return null;
    if (fact.by === 'live' || fact.by === 'us') return { at: fact.at, source: 'published' };
    if (look !== null) return { at: Math.min(look.at, fact.at), source: 'stored' };
    return fact.by === 'none' ? null : { at: fact.at, source: 'stored' };
  }

  #inProperties({ properties, propertiesStart, propertiesEnd }: RecordLook, now: number): number | null {
    if (propertiesEnd === propertiesStart) return null;
    let found: number | null = null;
    eachProperty(properties, propertiesStart, propertiesEnd, (property, start, end) => {
      if (property !== USER_PROPERTY || found !== null) return;
      const nameEnd = start + 2 + readU16(properties, start);
      const name = decodeStrict(properties.subarray(start + 2, nameEnd)) ?? '';
      if (!NAMED.has(plain(name))) return;
      found = readTime(decodeStrict(properties.subarray(nameEnd + 2, end)) ?? '', now);
    });
    return found;
  }

  /** Of the outermost object only: what lies deeper may be about anything. */
  #inPayload(look: RecordLook, now: number): number | null {
    const { payload, payloadStart, payloadEnd } = look;
    const length = payloadEnd - payloadStart;
    if (length > MOST_BYTES || look.shortened || !beginsObject(payload, payloadStart, payloadEnd))
      return null;
    const text = decodeStrict(payload.subarray(payloadStart, payloadEnd));
    if (text === null) return null;
    for (const [, name = ''] of text.matchAll(MEMBER)) {
      const finder = this.#finder(name);
      if (!finder.find(payload, payloadStart, payloadEnd)) continue;
      const value = decodeStrict(payload.subarray(finder.start, finder.end)) ?? '';
      const at = readTime(value.replace(/^"(.*)"$/, '$1'), now);
      if (at !== null) return at;
    }
    return null;
  }

  #finder(name: string): JsonFinder {
    const known = this.#finders.get(name);
    if (known !== undefined) return known;
    const made = new JsonFinder([name]);
    if (this.#finders.size < MOST_FINDERS) this.#finders.set(name, made);
    return made;
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

function beginsObject(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === OPEN_OBJECT) return true;
    if (byte > 0x20) return false;
  }
  return false;
}

/** ms since the epoch of a time as devices write it: ISO 8601 with a zone, or seconds, ms, µs or ns; else null. */
export function readTime(text: string, now: number): number | null {
  const at = DIGITS.test(text) ? sinceEpoch(Number(text)) : zonedTime(text);
  return at >= EARLIEST && at <= now + AHEAD_MS ? at : null;
}

/** NaN without a time zone, as the time is then unknown. */
function zonedTime(text: string): number {
  const time = readIsoTime(text);
  return time?.hasZone === true ? time.at : NaN;
}

/** The unit shows in the size: each is a thousand times the one before. */
function sinceEpoch(value: number): number {
  if (value < 1e11) return value * 1_000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
}
