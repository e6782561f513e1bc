import { describe, expect, it } from 'vitest';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { SearchProgress } from '../../../../../src-main/contract/session/search.ts';
import {
  elsewhereWords,
  foundWords,
  groupWords,
  limitWords,
  shareOf,
} from '../../../../../src-renderer/features/search/search-labels.ts';
import { shownMessage } from '../../../../../src-renderer/features/search/shown-message.ts';
import type { SearchGroup } from '../../../../../src-renderer/state/search/message-search.ts';

function group(part: Partial<SearchProgress> | null, more: Partial<SearchGroup> = {}): SearchGroup {
  const progress: SearchProgress = {
    state: 'done',
    read: 100,
    total: 100,
    messages: 5,
    topics: 0,
    found: 0,
    full: false,
    shortened: 0,
    long: 0,
    notKept: 0,
    ms: 40,
  };
  return {
    connection: ConnectionId.parse('a'),
    name: 'Plant',
    hits: [],
    progress: part === null ? null : { ...progress, ...part },
    problem: null,
    ...more,
  };
}

const words = (...groups: SearchGroup[]): string => {
  const { found, how } = foundWords(groups);
  return `${found} | ${how}`;
};

describe('what is said of a search', () => {
  it('says what was found and how far it is', () => {
    expect(
      words(group({ found: 2, topics: 1 }), group({ found: 3, topics: 3, total: 2_000_000, ms: 900 })),
    ).toBe('5 messages | in 4 topics, newest first, 2.0 MB searched in 900 ms');
    expect(words(group({ state: 'running', read: 30 }))).toBe(
      'No messages yet | 30 B of 100 B read in 40 ms',
    );
    expect(words(group({ state: 'stopped', read: 30, found: 1, topics: 1 }))).toBe(
      '1 message | in 1 topic, newest first, stopped after 30 B of 100 B in 40 ms',
    );
    expect(words(group({}))).toBe('No messages found | 100 B searched in 40 ms');
    expect(words(group({ full: true, found: 10_000, topics: 2 }))).toMatch(/^The newest 10,000 messages \|/);
    expect(words(group(null))).toMatch(/^No messages yet/);
  });

  it('shows the share that is done, of those that can be searched', () => {
    expect(shareOf([group({ read: 50, state: 'running' }), group({ read: 0, state: 'running' })])).toBe(0.25);
    expect(shareOf([group({}), group(null, { problem: 'closed' })])).toBe(1);
    expect(shareOf([group(null)])).toBe(0);
  });

  it('says what was not looked at', () => {
    expect(limitWords([group({})])).toEqual([]);
    expect(
      limitWords([
        group({ shortened: 1, long: 2, notKept: 3, full: true }),
        group(null, { problem: 'It is closed.' }),
      ]),
    ).toEqual([
      'Plant: It is closed.',
      'The list is full. Older messages were not searched: make the search narrower.',
      '1 message was kept only in part; the rest of it was not searched.',
      'Of 2 long messages only the beginning was searched.',
      '3 older messages are no longer kept.',
    ]);
  });

  it('deceives no eye by the name of a connection', () => {
    const words = limitWords([group(null, { name: 'a\u202egnp\nb', problem: 'It is closed.' })]);
    expect(words).toEqual(['a\\u{202e}gnp\\u{a}b: It is closed.']);
  });

  it('says what each connection has', () => {
    expect(groupWords(group({}))).toBe('nothing found');
    expect(groupWords(group({ state: 'running' }))).toBe('');
    expect(groupWords(group(null))).toBe('');
    expect(groupWords(group(null, { problem: 'x' }))).toBe('not searched');
  });
});

describe('a message that was found', () => {
  const encoder = new TextEncoder();
  const shown = (payload: string | Uint8Array, hit: string, hex = false, size?: number) => {
    const bytes = typeof payload === 'string' ? encoder.encode(payload) : payload;
    const excerpt = { text: `…${hit}…`, from: 1, to: 1 + hit.length, hex };
    const { parts, cut } = shownMessage(bytes, { excerpt, size: size ?? bytes.length });
    return [parts.map(({ text, found }) => (found ? `<${text}>` : text)).join(''), cut];
  };

  it('is shown with each place marked, on its lines, and without what is not seen', () => {
    expect(shown('Door\n\tdoor \u202e!', 'door')).toEqual(['<Door>\n\t<door> \\u{202e}!', null]);
    expect(shown('none', '')).toEqual(['none', null]);
  });

  it('is shown in hex where it is no text, or bytes were searched for', () => {
    expect(shown(Uint8Array.of(0, 0x63, 0x6f), '63 6f')).toEqual(['00 <63 6f>', null]);
    expect(shown('co', '63', true)).toEqual(['<63> 6f', null]);
  });

  it('says how much of it is shown', () => {
    expect(shown('abc', 'b', false, 2_000)).toEqual(['a<b>c', 'The first 3 B of 2.0 kB.']);
  });
});

it('says which connection was searched where another one is on screen by now', () => {
  const [a, b] = [ConnectionId.parse('a'), ConnectionId.parse('b')];
  const one = group({ found: 3 });
  expect(elsewhereWords([one], a)).toBe('');
  expect(elsewhereWords([one], b)).toBe('Searched in Plant, another connection.');
  // Each has its name above what was found in it.
  expect(elsewhereWords([one, group(null, { connection: b })], b)).toBe('');
  expect(elsewhereWords([], b)).toBe('');
});
