import type { DecoderChain } from '../../contract/model/decoder-rule.ts';
import { valueAt } from '../../core/message/value-at.ts';
import { TreeBuilder, type TreeNode } from '../base/tree.ts';
import { EnoughRead } from '../base/unreadable.ts';
import { isUnpacker, unpack } from '../formats/unpack.ts';
import { readLeaf, StageBytes } from './leaves.ts';
import type { Surroundings } from './reading.ts';

type Path = readonly (string | number)[];

export interface NumbersAsked {
  /** One payload behind the other. */
  readonly bytes: Uint8Array;
  readonly lengths: readonly number[];
  readonly chain: DecoderChain;
  readonly around: Surroundings;
  readonly paths: readonly Path[];
}

/**
 * The numbers at some paths of many payloads, those of one payload behind each other; NaN where there is none.
 * Nothing is made of a payload but its values: a chart reads ten thousand of them a second.
 */
export function numbersIn({ bytes, lengths, chain, around, paths }: NumbersAsked): Float64Array<ArrayBuffer> {
  const found = new Float64Array(lengths.length * paths.length).fill(Number.NaN);
  let start = 0;
  for (const [at, length] of lengths.entries()) {
    const nodes = length === 0 ? NONE : valuesOf(bytes.subarray(start, start + length), chain, around);
    start += length;
    for (const [n, path] of paths.entries()) found[at * paths.length + n] = numberAt(nodes, path);
  }
  return found;
}

const NONE: readonly TreeNode[] = [];

function valuesOf(payload: Uint8Array, chain: DecoderChain, around: Surroundings): readonly TreeNode[] {
  const tree = new TreeBuilder();
  try {
    let bytes = payload;
    for (const { decoder, option } of chain) {
      if (isUnpacker(decoder)) ({ bytes } = unpack(decoder, bytes));
      else readLeaf(decoder, new StageBytes(bytes, around), option, true, tree);
    }
  } catch (error) {
    // What cannot be decoded has no number; of what is very long the beginning was read.
    return error instanceof EnoughRead ? tree.nodes : NONE;
  }
  return tree.nodes;
}

/** A number, or `true` and `false` as 1 and 0, also where they are texts. */
function numberAt(nodes: readonly TreeNode[], path: Path): number {
  const node = nodes[valueAt(nodes, path)];
  if (node === undefined || node.shape === 'object' || node.shape === 'list' || node.shape === 'bytes')
    return Number.NaN;
  if (node.text === 'true') return 1;
  if (node.text === 'false') return 0;
  const text = node.text.trim();
  const value = text === '' || !/^[-+.\d]/.test(text) ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}
