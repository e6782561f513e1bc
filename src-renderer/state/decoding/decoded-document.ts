import { MAX_NODES, type DecoderSource } from '../../../src-main/contract/decoding/decoder-calls.ts';
import type { Decoded, DecodedNode } from '../../../src-main/contract/decoding/decoded.ts';
import type { DecoderChain } from '../../../src-main/contract/model/decoder-rule.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { JsonNode } from '../../../src-main/core/payload/json-nodes.ts';
import { decodeStrict, sequenceBoundary } from '../../../src-main/core/payload/utf8.ts';
import type { DecodedDocument } from '../inspector/comparing.ts';
import type { Loaded } from '../inspector/inspector.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { isPlain } from './decoded-reader.ts';

/** Values of a document; more are compared as bytes. */
const MOST_VALUES = 50_000;

type Asking = Pick<ConnectionSession, 'client' | 'connectionId' | 'viewId' | 'store'>;

/** Whether the decoder may make more of a message than is read off its bytes here: JSON and text need nobody. */
export function needsDecoding({ bytes, meta }: Loaded, isRuled: boolean, isChosen: boolean): boolean {
  if (isRuled || isChosen) return true;
  const end = bytes.length < meta.size ? sequenceBoundary(bytes, bytes.length) : bytes.length;
  const text = decodeStrict(bytes.subarray(0, end));
  return text === null || text.includes('\0');
}

/**
 * What the decoder makes of a message; null: nothing that its bytes do not say as well. Rejects where the pipe is
 * closed.
 * @param chain null: by the rule for its topic, else by what is found
 */
export async function decodedDocument(
  session: Asking,
  key: TopicKey,
  message: Loaded,
  chain: DecoderChain | null,
): Promise<DecodedDocument | null> {
  const decoded = await decode(session, key, message, chain);
  if (decoded === null || isPlain(decoded) || decoded.failure !== null) return null;
  if (decoded.view === 'text')
    return decoded.text.length < decoded.textLength ? null : { kind: 'text', text: decoded.text };
  if (decoded.view !== 'tree' || decoded.total > MOST_VALUES) return null;
  const nodes = [...decoded.nodes];
  while (nodes.length < decoded.total) {
    const asked = { id: decoded.id, from: nodes.length, count: MAX_NODES };
    const answer = await session.client.call('decodedNodes', asked);
    if (answer.kind === 'failed' || answer.nodes.length === 0) return null;
    nodes.push(...answer.nodes);
  }
  const root = jsonOf(nodes);
  return root === null ? null : { kind: 'tree', root };
}

async function decode(
  session: Asking,
  key: TopicKey,
  { meta, bytes }: Loaded,
  chain: DecoderChain | null,
): Promise<Decoded | null> {
  const { paused } = session.store.getState();
  const kept: DecoderSource = {
    kind: 'message',
    key,
    which: meta.seq,
    ...(paused === null ? {} : { view: session.viewId }),
  };
  const given: DecoderSource = {
    kind: 'bytes',
    bytes: Uint8Array.from(bytes),
    cut: bytes.length < meta.size,
    key,
  };
  // What was dropped meanwhile is here, without its properties.
  for (const source of [kept, given]) {
    const asked = { connection: session.connectionId, source, chain, nodes: MAX_NODES };
    const answer = await session.client.call('decode', asked);
    if (answer.kind === 'decoded') return answer;
    if (answer.kind === 'failed') return null;
  }
  return null;
}

/** Values as JSON has them: texts and dates in quotes, bytes and what else JSON has not as literals. */
export function jsonOf(nodes: readonly DecodedNode[]): JsonNode | null {
  let at = 0;
  const read = (): JsonNode | null => {
    const node = nodes[at++];
    if (node === undefined) return null;
    if (node.shape !== 'object' && node.shape !== 'list') return scalar(node);
    const keys: string[] = [];
    const values: JsonNode[] = [];
    for (let child = 0; child < node.children; child++) {
      const key = nodes[at]?.key ?? '';
      const value = read();
      if (value === null) break;
      keys.push(key);
      values.push(value);
    }
    return node.shape === 'object' ? { kind: 'object', keys, values } : { kind: 'list', values };
  };
  return read();
}

function scalar({ shape, text, left }: DecodedNode): JsonNode {
  // What is cut differs from what has another length.
  const shown = left === 0 ? text : `${text}… ${left}`;
  if (shape === 'text' || shape === 'date') return { kind: 'string', text: JSON.stringify(shown) };
  if (shape === 'number') return { kind: 'number', text: shown };
  return { kind: 'literal', text: shape === 'bytes' ? `h'${shown}'` : shown };
}
