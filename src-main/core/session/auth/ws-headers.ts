import type { Header } from '../../../contract/model/connect-fields.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';

/** Made by the handshake itself; another value would break it, or smuggle a second request. */
const OURS =
  /^(?:host|connection|upgrade|content-length|content-type|transfer-encoding|te|trailer|expect|keep-alive|proxy-.*|sec-websocket-.*)$/i;
/** [RFC 9110, 5.6.2] */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Latin-1 without control characters [RFC 9110, 5.5]. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** All values by lower-case name, or what is wrong with one. The failure never quotes a value. */
export function webSocketHeaders(headers: readonly Header[]): ReadonlyMap<string, string[]> | Failure {
  const all = new Map<string, string[]>();
  for (const { name, value } of headers) {
    if (!NAME.test(name)) {
      return failed('header-name', `“${name}” is no name of a header.`, 'Use letters, digits and hyphens.');
    }
    if (OURS.test(name)) {
      return failed(
        'header-forbidden',
        `The header ${name} is made by the WebSocket handshake itself and cannot be set.`,
        'Remove it from the headers of the profile.',
      );
    }
    if (!VALUE.test(value)) {
      return failed(
        'header-value',
        `The value of the header ${name} has line breaks or other characters that HTTP does not allow.`,
        'Check it in the profile.',
      );
    }
    const key = name.toLowerCase();
    all.set(key, [...(all.get(key) ?? []), value]);
  }
  return all;
}
