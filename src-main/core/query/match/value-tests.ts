import type { RecordLook } from '../../history/look.ts';
import { CONTENT_TYPE, SUBSCRIPTION_IDENTIFIER, USER_PROPERTY } from '../../mqtt/properties.ts';
import { FilterBytes } from '../../topics/filter-bytes.ts';
import { messageProperties, type MessageProperty } from '../../payload/properties.ts';
import { previewKind } from '../../payload/preview.ts';
import type { Condition, JsonStep, PayloadType } from '../grammar/query.ts';
import type { Clues } from './clues.ts';
import { bytesTest, truthOf, type BytesTest } from './conditions.ts';
import { JsonFinder, jsonString } from './json-find.ts';
import { NO, Test, UNKNOWN, YES, type Missing, type Subject, type Truth } from './subject.ts';

/** Bytes of a value that a filter looks at: what takes about half a millisecond. */
export const VALUE_BYTES = 262_144;
const QUOTE = 0x22;
const encoder = new TextEncoder();

/** A test of the latest message: of the path alone nothing is known. */
abstract class MessageTest extends Test {
  of(subject: Subject): Truth {
    const latest = subject.latest();
    return typeof latest === 'string' ? missing(latest) : this.ofMessage(latest, subject);
  }

  protected abstract ofMessage(message: RecordLook, subject: Subject): Truth;
}

/** What is not there does not match; what was there may have. */
export function missing(why: Missing): Truth {
  return why === 'never' ? NO : UNKNOWN;
}

/** Whether the value as text meets the condition. */
export function testValue(test: BytesTest, message: RecordLook): Truth {
  const { payload, payloadStart, payloadEnd } = message;
  const end = Math.min(payloadEnd, payloadStart + VALUE_BYTES);
  return truthOf(test, payload, payloadStart, end, end < payloadEnd || message.shortened);
}

export class ValueTest extends MessageTest {
  readonly #test: BytesTest;

  constructor(condition: Condition) {
    super();
    this.#test = bytesTest(condition);
  }

  override get clues(): Clues | null {
    const { texts } = this.#test;
    return texts && { paths: [], records: texts };
  }

  protected ofMessage(message: RecordLook): Truth {
    return message.size === 0 ? NO : testValue(this.#test, message);
  }
}

export class JsonTest extends MessageTest {
  readonly #finder: JsonFinder;
  readonly #test: BytesTest | null;

  constructor(path: readonly JsonStep[], condition: Condition | null) {
    super();
    this.#finder = new JsonFinder(path);
    this.#test = condition && bytesTest(condition);
  }

  protected ofMessage(message: RecordLook): Truth {
    const { payload, payloadStart, payloadEnd } = message;
    if (message.shortened || payloadEnd - payloadStart > VALUE_BYTES) return UNKNOWN;
    const finder = this.#finder;
    if (!finder.find(payload, payloadStart, payloadEnd)) return NO;
    const test = this.#test;
    if (test === null) return YES;
    if (payload[finder.start] !== QUOTE) return truthOf(test, payload, finder.start, finder.end);
    if (!payload.subarray(finder.start, finder.end).includes(0x5c))
      return truthOf(test, payload, finder.start + 1, finder.end - 1);
    const text = jsonString(payload, finder.start, finder.end);
    return text === null ? NO : testText(test, text);
  }
}

/** How the value is shown in its row. */
export class TypeTest extends MessageTest {
  readonly #type: PayloadType;

  constructor(type: PayloadType) {
    super();
    this.#type = type;
  }

  protected ofMessage(message: RecordLook): Truth {
    const payload = message.payload.subarray(message.payloadStart, message.payloadEnd);
    const kind = previewKind(payload, message.size);
    if (this.#type === 'image') return kind === 'binary' && isImage(payload) ? YES : NO;
    return kind === this.#type ? YES : NO;
  }
}

/** First bytes of PNG, JPEG, GIF, BMP with its reserved zeros, and WebP behind its length. */
function isImage(bytes: Uint8Array): boolean {
  const begins = (at: number, ...wanted: readonly number[]): boolean =>
    wanted.every((byte, index) => bytes[at + index] === byte);
  return (
    begins(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ||
    begins(0, 0xff, 0xd8, 0xff) ||
    begins(0, 0x47, 0x49, 0x46, 0x38) ||
    (begins(0, 0x42, 0x4d) && begins(6, 0, 0, 0, 0)) ||
    (begins(0, 0x52, 0x49, 0x46, 0x46) && begins(8, 0x57, 0x45, 0x42, 0x50))
  );
}

/** The MQTT 5 properties of the latest message. */
abstract class PropertyTest extends MessageTest {
  readonly #id: number;

  constructor(id: number) {
    super();
    this.#id = id;
  }

  protected ofMessage(message: RecordLook): Truth {
    const { properties, propertiesStart, propertiesEnd } = message;
    // The identifier is a byte that is there, or the property is not. Behind these lies all of the log.
    let at = propertiesStart;
    while (at < propertiesEnd && properties[at] !== this.#id) at++;
    if (at === propertiesEnd) return NO;
    const all = messageProperties(properties.subarray(propertiesStart, propertiesEnd));
    let truth: Truth = NO;
    for (const property of all) {
      const one = this.isMeant(property);
      if (one > truth) truth = one;
      if (truth === YES) break;
    }
    return truth;
  }

  protected abstract isMeant(property: MessageProperty): Truth;
}

export class UserPropertyTest extends PropertyTest {
  readonly #name: string;
  readonly #test: BytesTest | null;

  constructor(name: string, condition: Condition | null) {
    super(USER_PROPERTY);
    this.#name = name;
    this.#test = condition && bytesTest(condition);
  }

  protected isMeant(property: MessageProperty): Truth {
    if (property.kind !== 'user' || property.name !== this.#name) return NO;
    return this.#test === null ? YES : testText(this.#test, property.value);
  }
}

export class ContentTypeTest extends PropertyTest {
  readonly #test: BytesTest;

  constructor(condition: Condition) {
    super(CONTENT_TYPE);
    this.#test = bytesTest(condition);
  }

  protected isMeant(property: MessageProperty): Truth {
    return property.kind === 'content-type' ? testText(this.#test, property.text) : NO;
  }
}

export class SubscriptionTest extends PropertyTest {
  readonly #wanted: number;

  constructor(wanted: number) {
    super(SUBSCRIPTION_IDENTIFIER);
    this.#wanted = wanted;
  }

  protected isMeant(property: MessageProperty): Truth {
    return property.kind === 'subscription' && property.id === this.#wanted ? YES : NO;
  }
}

/**
 * By which subscription the latest message came: by its Subscription Identifiers, or without any by the only
 * subscription that matches its topic. If several match, it is not known.
 */
export class SubscriptionFilterTest extends MessageTest {
  readonly #filter: string;
  #of: ReadonlyMap<string, number> | null = null;
  #filters: readonly { readonly filter: string; readonly matcher: FilterBytes }[] = [];
  #identifiers: ReadonlySet<number> = new Set();

  constructor(filter: string) {
    super();
    this.#filter = filter;
  }

  protected ofMessage(message: RecordLook, subject: Subject): Truth {
    this.#learn(subject.subscriptions);
    const wanted = this.#of?.get(this.#filter);
    if (wanted === undefined) return NO;
    const { properties, propertiesStart, propertiesEnd } = message;
    const carried = messageProperties(properties.subarray(propertiesStart, propertiesEnd)).flatMap((one) =>
      one.kind === 'subscription' ? [one.id] : [],
    );
    if (carried.includes(wanted)) return YES;
    // One that is not given out now was given to another subscription before.
    if (carried.length > 0) return carried.every((id) => this.#identifiers.has(id)) ? NO : UNKNOWN;
    const { bytes, start, end } = subject.path;
    const fitting = this.#filters.filter(({ matcher }) => matcher.matches(bytes, start, end));
    if (!fitting.some(({ filter }) => filter === this.#filter)) return NO;
    return fitting.length === 1 ? YES : UNKNOWN;
  }

  #learn(subscriptions: ReadonlyMap<string, number>): void {
    if (subscriptions === this.#of) return;
    this.#of = subscriptions;
    this.#identifiers = new Set(subscriptions.values());
    this.#filters = [...subscriptions.keys()].map((filter) => ({ filter, matcher: new FilterBytes(filter) }));
  }
}

function testText(test: BytesTest, text: string): Truth {
  const bytes = encoder.encode(text);
  return truthOf(test, bytes, 0, bytes.length);
}

/** The latest payload is another one than that before. */
export class ChangedTest extends MessageTest {
  protected ofMessage(message: RecordLook, subject: Subject): Truth {
    const before = subject.before();
    if (typeof before === 'string') return missing(before);
    if (before.size !== message.size) return YES;
    const length = message.payloadEnd - message.payloadStart;
    const known = Math.min(length, before.payloadEnd - before.payloadStart);
    for (let at = 0; at < known; at++) {
      if (message.payload[message.payloadStart + at] !== before.payload[before.payloadStart + at]) return YES;
    }
    return known < message.size ? UNKNOWN : NO;
  }
}
