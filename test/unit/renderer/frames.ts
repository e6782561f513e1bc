import type { Preview } from '../../../src-main/contract/model/message.ts';
import type { Row, SelectedTopic, ViewFrame } from '../../../src-main/contract/model/view.ts';
import { EMPTY_FRAME } from '../../support/engine/fake-engine.ts';

export function row(id: number, key: string, part: Partial<Row> = {}): Row {
  return {
    id,
    key,
    topic: key,
    name: key.slice(key.lastIndexOf('/') + 1),
    level: key.split('/').length,
    children: 0,
    expanded: false,
    match: true,
    topics: 1,
    messages: 1,
    own: 1,
    rate: 0,
    lastSeen: 0,
    late: 0,
    usual: null,
    retained: null,
    asOf: null,
    size: 0,
    preview: { kind: 'none' },
    ...part,
  };
}

export function number(text: string): Preview {
  return { kind: 'number', text };
}

export function frame(part: Partial<ViewFrame> = {}): ViewFrame {
  return { ...EMPTY_FRAME, ...part };
}

/** A frame of `count` rows from `first` of a list of keys; ids are remembered per key. */
export function windowOf(
  keys: readonly string[],
  first: number,
  count: number,
  ids: Map<string, number>,
): ViewFrame {
  const rows = keys.slice(first, first + count).map((key) => {
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return row(id, key);
  });
  return frame({ total: keys.length, first, ids: rows.map(({ id }) => id), rows });
}

export function selected(key: string, part: Partial<SelectedTopic> = {}): SelectedTopic {
  return {
    key,
    topic: key,
    state: 'known',
    hiddenByFilter: false,
    index: 0,
    publishable: true,
    messages: 1,
    topics: 1,
    retained: { state: 'unknown', by: 'none', at: 0, stale: false },
    latest: null,
    usual: null,
    lastRetained: null,
    ...part,
  };
}
