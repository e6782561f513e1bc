import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { MAX_NODES } from '../../../../src-main/contract/decoding/decoder-calls.ts';
import type { Decoded, DecodedNode } from '../../../../src-main/contract/decoding/decoded.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { placesInLists } from './fields.ts';

/** Fields of one payload that are listed. */
const MOST_FIELDS = 20_000;

export interface Fields {
  /** What the decoder made of the topic's message; null: nothing so far. */
  readonly decoded: Decoded | null;
  readonly nodes: readonly DecodedNode[];
  readonly places: readonly string[];
  /** There are more. */
  readonly left: number;
}

const NONE: readonly DecodedNode[] = [];

/**
 * The fields of the message that is shown. The first ones are here; the rest is read where it holds still.
 * @param live another message comes before long
 */
export function useFields(
  session: ConnectionSession,
  reader: DecodedReader,
  key: string | null,
  live: boolean,
): Fields {
  const shown = useStore(reader.store, (state) => state.shown);
  const decoded = shown !== null && shown.key === key ? shown.decoded : null;
  const [rest, setRest] = useState<{ readonly of: string; readonly nodes: readonly DecodedNode[] } | null>(
    null,
  );
  const known = decoded?.nodes ?? NONE;
  const more = rest !== null && rest.of === decoded?.id ? rest.nodes : NONE;
  const length = known.length + more.length;
  const total = decoded?.total ?? 0;
  const id = decoded?.id ?? null;
  useEffect(() => {
    if ((live && length > 0) || id === null || length >= Math.min(total, MOST_FIELDS)) return;
    let isWanted = true;
    const read = async () => {
      const answer = await session.client.call('decodedNodes', { id, from: length, count: MAX_NODES });
      if (!isWanted || answer.kind === 'failed' || answer.nodes.length === 0) return;
      setRest((before) => ({ of: id, nodes: [...(before?.of === id ? before.nodes : []), ...answer.nodes] }));
    };
    // The pipe is closed, or it is not kept any more: what is listed stays.
    read().catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [session, live, id, length, total]);
  const nodes = useMemo(() => (more.length === 0 ? known : [...known, ...more]), [known, more]);
  const places = useMemo(() => placesInLists(nodes), [nodes]);
  return { decoded, nodes, places, left: Math.max(0, total - nodes.length) };
}
