import type { DecodedNode } from '../contract/decoding/decoded.ts';
import { shortened } from '../core/payload/visible.ts';
import { formatCounted } from '../core/text/amounts.ts';
import { notation } from './base/notation.ts';
import type { TreeNode } from './base/tree.ts';
import { MAX_TEXT } from './chain/leaves.ts';
import { numbersIn } from './chain/numbers.ts';
import { runChain, type Ran } from './chain/run.ts';
import { shortForm } from './chain/short-form.ts';
import { joined } from './base/node-labels.ts';
import { OpenDocuments } from './lines/open-documents.ts';
import { encodeChosen } from './schema/encode-chosen.ts';
import { typesIn } from './schema/schemas.ts';
import type { DecoderAnswer, DecoderRequest } from './protocol.ts';

/** Results that are kept for being read on; the contract promises 8. */
const KEPT = 12;
/** Their bytes and texts together, roughly; the latest is kept whatever it has. */
const KEPT_BYTES = 268_435_456;
/** Characters of one value in a page, and of the text form in the first answer. */
const NODE_CHARS = 1_024;
const FIRST_CHARS = 65_536;

interface Kept {
  readonly ran: Ran;
  readonly cost: number;
  text: string | null;
}

/** Answers what the engine asks; knows no thread. */
export class Decoder {
  readonly #generation: string;
  readonly #now: () => number;
  /** The one used last is the last. */
  readonly #kept = new Map<string, Kept>();
  readonly #documents = new OpenDocuments(() => this.#newId());
  #count = 0;

  constructor(generation: string, now: () => number) {
    this.#generation = generation;
    this.#now = now;
  }

  answer(request: DecoderRequest): DecoderAnswer {
    switch (request.kind) {
      case 'decode':
        return this.#decode(request);
      case 'nodes': {
        const kept = this.#find(request.id);
        return kept === null ? GONE : { kind: 'nodes', nodes: page(kept.ran, request.from, request.count) };
      }
      case 'text':
        return this.#part(request);
      case 'bytes': {
        const bytes = this.#find(request.id)?.ran.buffers[request.stage];
        if (bytes === undefined) return GONE;
        const { offset, length } = request;
        return { kind: 'bytes', bytes: bytes.slice(offset, offset + length), total: bytes.length };
      }
      case 'preview':
        return {
          kind: 'preview',
          preview: shortForm(runChain(request.bytes, request.chain, request.around), request.chars),
        };
      case 'numbers':
        return { kind: 'numbers', numbers: numbersIn(request) };
      case 'schema':
        return schemaTypes(request);
      case 'encode':
        return encodeChosen(request.text, request.message, request.schemas);
      case 'lines':
        return this.#documents.answer(request.asked, (id) => this.#textOf(id));
    }
  }

  #decode({ bytes, chain, by, around, nodes }: Extract<DecoderRequest, { kind: 'decode' }>): DecoderAnswer {
    const begun = this.#now();
    const ran = runChain(bytes, chain, around);
    const { stages, ruledOut, possible, failure, leaf, tree } = ran;
    const id = this.#newId();
    const kept: Kept = { ran, cost: costOf(ran), text: null };
    this.#keep(id, kept);
    const text = leaf.view === 'bytes' || (leaf.view === 'image' && leaf.text === null) ? '' : textOf(kept);
    return {
      kind: 'decoded',
      decoded: {
        kind: 'decoded',
        id,
        by,
        ms: this.#now() - begun,
        stages: [...stages],
        ruledOut: [...ruledOut],
        possible: [...possible],
        failure,
        notes: [...leaf.notes],
        view: leaf.view,
        image: leaf.image,
        total: tree.nodes.length,
        nodes: page(ran, 0, nodes),
        text: text.slice(0, FIRST_CHARS),
        textLength: text.length,
      },
    };
  }

  #part({ id, node, offset, length }: Extract<DecoderRequest, { kind: 'text' }>): DecoderAnswer {
    const kept = this.#find(id);
    if (kept === null) return GONE;
    const text = node === null ? textOf(kept) : (kept.ran.tree.nodes[node]?.text ?? '');
    return { kind: 'text', text: text.slice(offset, offset + length), total: text.length };
  }

  #textOf(id: string): string | null {
    const kept = this.#find(id);
    return kept === null ? null : textOf(kept);
  }

  #newId(): string {
    return `${this.#generation}-${++this.#count}`;
  }

  #find(id: string): Kept | null {
    const kept = this.#kept.get(id);
    if (kept === undefined) return null;
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    return kept;
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.set(id, kept);
    let cost = 0;
    for (const one of this.#kept.values()) cost += one.cost;
    for (const [oldest, one] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= KEPT && cost <= KEPT_BYTES)) break;
      this.#kept.delete(oldest);
      cost -= one.cost;
    }
  }
}

function schemaTypes({ name, schemas }: Extract<DecoderRequest, { kind: 'schema' }>): DecoderAnswer {
  const file = schemas.find((one) => one.name === name);
  try {
    return { kind: 'schema', types: file === undefined ? [] : typesIn(file, schemas), problem: null };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { kind: 'schema', types: [], problem: `Topicscope ${words}.` };
  }
}

const GONE: DecoderAnswer = { kind: 'gone' };

function costOf({ buffers, tree }: Ran): number {
  return buffers.reduce((sum, { length }) => sum + length, 0) + tree.nodes.length * 300;
}

function textOf(kept: Kept): string {
  const { leaf, tree } = kept.ran;
  kept.text ??= leaf.text ?? notation(tree.nodes, MAX_TEXT);
  return kept.text;
}

function page({ tree }: Ran, from: number, count: number): DecodedNode[] {
  return tree.nodes.slice(from, from + count).map(shown);
}

function shown(node: TreeNode): DecodedNode {
  const { text, key, type, note } = node;
  const isLongKey = key !== null && key.length > NODE_CHARS;
  const about = isLongKey ? joined(`its name has ${formatCounted(key.length, 'character')}`, note) : note;
  return {
    ...node,
    key: isLongKey ? shortened(key, NODE_CHARS) : key,
    text: text.slice(0, NODE_CHARS),
    type: shortened(type, NODE_CHARS),
    note: shortened(about, NODE_CHARS),
    left: Math.max(0, text.length - NODE_CHARS),
  };
}
