import { describe, expect, it } from 'vitest';
import { MessageLists } from '../../../../src-main/core/text/message-lists.ts';
import { random, type Random } from '../../../support/random.ts';

function taken(text: string, sizes: () => number = () => text.length): string {
  const lists = new MessageLists();
  let kept = '';
  for (let at = 0; at < text.length;) {
    const size = Math.max(1, sizes());
    kept += lists.take(text.slice(at, at + size));
    at += size;
  }
  return kept;
}

/** The rule by a whole parse. */
function counted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(counted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === 'messages' && Array.isArray(one) ? one.length : counted(one),
    ]),
  );
}

const TEXTS = ['', 'messages', '"messages":[1]', 'a\\"b', '\\', 'é🙂', '[{', ']}', ','];

function anyValue(from: Random, depth: number): unknown {
  const kind = from.int(depth > 4 ? 4 : 6);
  if (kind === 0) return from.int(1000);
  if (kind === 1) return null;
  if (kind < 4) return from.pick(TEXTS);
  const length = from.int(4);
  if (kind === 4) return Array.from({ length }, () => anyValue(from, depth + 1));
  const names = ['messages', 'message', 'messages2', 'a', ...TEXTS];
  return Object.fromEntries(Array.from({ length }, () => [from.pick(names), anyValue(from, depth + 1)]));
}

describe('Lists of messages in a JSON text', () => {
  it('become their numbers, in pieces of any size, as a whole parse would count them', () => {
    const from = random(7);
    for (let i = 0; i < 2_000; i++) {
      const value = { messages: anyValue(from, 0), more: anyValue(from, 0) };
      const text = JSON.stringify(value, null, from.int(3));
      const kept = taken(text, () => 1 + from.int(9));
      expect(JSON.parse(kept)).toEqual(counted(value));
    }
  });

  it('are recognised with blanks around the colon, and only under their name', () => {
    expect(taken('{"messages" \n:\t[ ], "x":["messages",[1]]}')).toBe(
      '{"messages" \n:\t0, "x":["messages",[1]]}',
    );
    expect(taken('{"messages":{"a":[1,2]},"_messages":[1]}')).toBe(
      '{"messages":{"a":[1,2]},"_messages":[1]}',
    );
  });

  it('leave a text that is cut off one that is cut off', () => {
    expect(taken('{"messages":[1,2')).toBe('{"messages":');
  });
});
