import { LevelSeparator } from '../../../../src-main/contract/model/connect-fields.ts';
import { isWellFormed } from '../../../../src-main/core/payload/utf8.ts';
import { readHost } from '../../../../src-main/core/profiles/host.ts';

/** Rules of single fields: each answers with what is wrong and how to meet it, or null. */
export type Rule = string | null;

/** MQTT strings: at most 65,535 bytes of UTF-8 and no NUL [MQTT-1.5.4-1, MQTT-1.5.4-2]. */
export function textRule(text: string): Rule {
  if (text.includes('\u0000')) return 'A NUL character is not allowed in MQTT.';
  if (!isWellFormed(text)) return 'It contains half of a character, such as a cut emoji. Remove it.';
  return byteLength(text) > 65_535 ? 'MQTT allows at most 65,535 bytes.' : null;
}

export function wholeNumberRule(text: string, min: number, max: number): Rule {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? null : `Enter a whole number from ${min} to ${max}.`;
}

/** Seconds, to the millisecond. */
export function secondsRule(text: string, min: number, max: number): Rule {
  const value = /^\s*\d+(?:\.\d{1,3})?\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? null : `Enter a number from ${min} to ${max}.`;
}

/** As `wholeNumberRule`; empty leaves the value out. */
export function optionalNumberRule(text: string, min: number, max: number): Rule {
  const rule = text.trim() === '' ? null : wholeNumberRule(text, min, max);
  return rule === null ? null : `${rule.slice(0, -1)}, or nothing.`;
}

/** What may divide the levels of the tree, as the contract has it. */
export function levelSeparatorRule(text: string): Rule {
  if (LevelSeparator.safeParse(text).success) return null;
  return 'Use one punctuation mark, but not + # $ \\ { or }.';
}

export function hostRule(text: string, label = 'host'): Rule {
  if (text.trim() === '') return 'Enter a host name or an IP address, or paste a whole address.';
  const read = readHost(text, label, asciiName);
  return read.kind === 'failed' ? `${read.message} ${read.advice}` : null;
}

/** As the browser writes an international name in an address; empty where it cannot. */
function asciiName(name: string): string {
  try {
    return new URL(`http://${name}/`).hostname;
  } catch {
    return '';
  }
}

/** A Unix socket or a Windows named pipe. */
export function socketPathRule(text: string): Rule {
  const path = text.trim();
  if (path === '') return 'Enter the path of the socket, such as /run/mosquitto.sock.';
  if (path.length > 255) return 'Use at most 255 characters.';
  return path.startsWith('/') || path.startsWith('\\\\')
    ? null
    : 'Enter the whole path, such as /run/mosquitto.sock or \\\\.\\pipe\\mosquitto.';
}

/** Pairs of hex digits with any white space between. */
export function hexRule(text: string): Rule {
  const digits = text.replaceAll(/\s/g, '');
  if (/[^0-9a-f]/i.test(digits)) return 'Use the hex digits 0 to 9 and a to f only.';
  return digits.length % 2 === 0 ? null : 'A byte has two hex digits; one is missing.';
}

/** A name of an HTTP header: a token of RFC 9110, 5.6.2. */
export function headerNameRule(text: string): Rule {
  if (text === '') return 'Enter the name of the header.';
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(text)
    ? null
    : "A header's name has letters, digits and - only.";
}

/** Latin-1 without control characters [RFC 9110, 5.5]. */
export function headerValueRule(text: string): Rule {
  if (/[\r\n]/.test(text)) return 'A header has one line.';
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
    ? null
    : 'A header has Latin letters, digits and signs only. Encode anything else.';
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The number in a field; null where it is empty or none. */
export function numberIn(text: string): number | null {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : null;
}

export function numberText(value: number | null): string {
  return value === null ? '' : String(value);
}

export function textOrNull(text: string): string | null {
  return text === '' ? null : text;
}
