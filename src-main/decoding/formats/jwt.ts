import { decodeStrict } from '../../core/payload/utf8.ts';
import { BytePlaces } from '../base/byte-places.ts';
import { hexDigits } from '../base/numbers.ts';
import { isoSeconds } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { sizeWords } from '../base/node-labels.ts';
import { readJson } from './json.ts';
import { base64 } from './unpack.ts';

const COMPACT = /^(?:Bearer\s+)?(eyJ[\w-]{2,})\.([\w-]+)\.([\w-]*)$/;
const TIMES: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time']);

/** What a person has to know of a token that is only looked at. */
export const NOT_VERIFIED = 'Decoded only: the signature is not verified, so anybody may have written this.';

export function isJwt(text: string): boolean {
  return COMPACT.test(text.trim());
}

/** JSON Web Token in its compact form: header, claims and signature. */
export function readJwt(text: string, tree: TreeBuilder): string {
  const parts = COMPACT.exec(text.trim());
  if (parts === null) throw new Unreadable('is three parts of Base64url with dots between them');
  const [, header = '', claims = '', signature = ''] = parts;
  tree.open('object', 'JSON Web Token', null);
  const from = tree.nodes.length;
  tree.key('header');
  part(header, tree);
  const algorithm = tree.nodes.find(({ depth, key }) => depth === 2 && key === 'alg')?.text ?? 'no algorithm';
  tree.key('claims');
  part(claims, tree);
  for (const node of tree.nodes.slice(from)) {
    // Offsets in the parts are not offsets in the payload.
    node.at = node.length = null;
    if (node.depth !== 2 || node.shape !== 'number' || !TIMES.has(node.key ?? '')) continue;
    const iso = isoSeconds(node.text);
    if (iso !== null) Object.assign(node, { note: iso });
  }
  tree.key('signature');
  const bytes = signature === '' ? new Uint8Array() : base64(signature);
  tree.value('bytes', hexDigits(bytes), sizeWords(bytes.length), null, null, 'not verified');
  tree.close(null);
  return algorithm;
}

function part(encoded: string, tree: TreeBuilder): void {
  const text = decodeStrict(base64(encoded));
  if (text === null) throw new Unreadable('has a part that is no text');
  const { layout } = readJson(text, new BytePlaces(text, text.length), tree);
  if (layout !== 'one') throw new Unreadable('has a part with more than one JSON value');
}
