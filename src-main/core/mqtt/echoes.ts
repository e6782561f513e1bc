import { secretForms } from '../text/secret-forms.ts';
import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from './packet-types.ts';
import {
  ASSIGNED_CLIENT_IDENTIFIER,
  AUTHENTICATION_DATA,
  eachProperty,
  varintEnd,
  varintValue,
} from './properties.ts';

/** Stands where a secret was; as long as it, so that every other byte stays at its place. */
const BLANK = 0x2a;

/** Bytes in front of the properties, by the type of the packet; packets without properties are left out. */
const BEFORE_PROPERTIES: Readonly<Record<number, number>> = {
  [CONNACK]: 2,
  [PUBACK]: 3,
  [PUBREC]: 3,
  [PUBREL]: 3,
  [PUBCOMP]: 3,
  [SUBACK]: 2,
  [UNSUBACK]: 2,
  [DISCONNECT]: 1,
  [AUTH]: 1,
};

/** Finds the secrets that were sent to the broker in what it sends back. */
export class Echoes {
  readonly #forms: readonly Uint8Array[];

  /** @param secrets of one connection, as they were entered or read */
  constructor(secrets: Iterable<string>) {
    const encoder = new TextEncoder();
    this.#forms = secretForms(secrets).map((form) => encoder.encode(form));
  }

  /**
   * Overwrites the secrets that stand in the texts of a control packet of MQTT 5: reason strings, user properties
   * and what else there is. Data of an authentication are no text, and an assigned client ID has to stay as it is.
   */
  blankPacket(bytes: Uint8Array, type: number, body: number, end: number): void {
    if (this.#forms.length === 0) return;
    const before = BEFORE_PROPERTIES[type];
    if (before === undefined || body + before >= end) return;
    const at = body + before;
    const from = varintEnd(bytes, at, end);
    // Not judged yet: it may be no length at all.
    if (from < 0) return;
    const to = Math.min(end, from + varintValue(bytes, at, from));
    eachProperty(bytes, from, to, (id, start, stop) => {
      if (id !== AUTHENTICATION_DATA && id !== ASSIGNED_CLIENT_IDENTIFIER) this.blank(bytes, start, stop);
    });
  }

  /** Overwrites the secrets between two offsets. */
  blank(bytes: Uint8Array, start: number, end: number): void {
    if (this.#forms.length === 0) return;
    const text = bytes.subarray(start, end);
    for (const form of this.#forms) {
      for (let at = find(text, form, 0); at >= 0; at = find(text, form, at + form.length)) {
        text.fill(BLANK, at, at + form.length);
      }
    }
  }
}

function find(bytes: Uint8Array, form: Uint8Array, start: number): number {
  const first = form[0] as number;
  const last = bytes.length - form.length;
  for (let at = bytes.indexOf(first, start); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < form.length && bytes[at + length] === form[length]) length++;
    if (length === form.length) return at;
  }
  return -1;
}
