import { describe, expect, it } from 'vitest';
import {
  checkTopicFilter,
  checkTopicName,
  displayTopic,
  oddWords,
  quoted,
  topicParts,
  topicText,
  isPublishable,
  keyBytes,
  topicKey,
  topicMembers,
} from '../../../../src-main/core/topics/names.ts';
import { random } from '../../../support/random.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('a topic in a line for a script', () => {
  it('is its very text, not the form for the eye', () => {
    for (const topic of ['a/b', ' ', 'a\\x41', '\u202ea', '', '/'])
      expect(topicMembers(topic)).toEqual({ topic });
    expect(displayTopic(' ')).not.toBe(' ');
  });

  it('has its bytes beside it where no text can hold it', () => {
    const key = topicKey(bytes(0x61, 0xff, 0x2f));
    expect(topicMembers(key)).toEqual({ topic: 'a\\xff/', topicBase64: 'Yf8v' });
  });
});

describe('the key of a topic', () => {
  it('is the topic itself where that is UTF-8, with a byte order mark kept', () => {
    for (const topic of [
      'a/b',
      '',
      '/',
      '\ufeffa',
      'pläne/日本/😀',
      'back\\slash',
      '__proto__',
      'a\u0007b',
    ]) {
      expect(topicKey(utf8(topic))).toBe(topic);
      expect(keyBytes(topic)).toEqual(utf8(topic));
    }
  });

  it('is NUL and an escaped form where the name is not UTF-8 or contains NUL', () => {
    expect(topicKey(bytes(0x61, 0x2f, 0xff, 0x5c))).toBe('\0a/\\xff\\\\');
    expect(topicKey(bytes(0x61, 0))).toBe('\0a\\x00');
    expect(topicKey(bytes(0xed, 0xa0, 0x80))).toBe('\0\\xed\\xa0\\x80');
    expect(topicKey(bytes(0xc3, 0xa4, 0xc3))).toBe('\0ä\\xc3');
  });

  it('distinguishes any two byte strings and gives the bytes back', () => {
    const chance = random(7);
    const alphabet = [
      0, 0x2f, 0x5c, 0x5c, 0x78, 0x66, 0x30, 0x61, 0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xff, 0xf0, 0x9f,
    ];
    const seen = new Map<string, string>();
    for (let round = 0; round < 40_000; round++) {
      const name = Uint8Array.from({ length: chance.int(7) }, () => chance.pick(alphabet));
      const key = topicKey(name);
      expect(keyBytes(key)).toEqual(name);
      const known = seen.get(key);
      if (known !== undefined) expect(known).toBe(name.join());
      seen.set(key, name.join());
    }
  });

  it('reads text that is no key without throwing', () => {
    expect(keyBytes('\0a\\q\\x9\\xZZ\\')).toEqual(utf8('a\\q\\x9\\xZZ\\'));
    expect(keyBytes('\ud800')).toEqual(utf8('\ufffd'));
  });
});

describe('what is shown of a topic', () => {
  it('is the topic itself where nothing in it can mislead', () => {
    for (const topic of ['a/b', 'C:\\dir', 'דוד/x', '👨‍👩‍👧/❤️', 'می‌خواهم', 'a b', 'é b/c d']) {
      expect(displayTopic(topic)).toBe(topic);
    }
  });

  it('escapes controls, bidirectional controls, invisible characters and bytes that are not UTF-8', () => {
    expect(displayTopic('a\nb\u202ec')).toBe('a\\u{a}b\\u{202e}c');
    expect(displayTopic('\ufeffa\u200db')).toBe('\\u{feff}a\\u{200d}b');
    expect(displayTopic('a\ufe0f\u{e0041}\u2028')).toBe('a\\u{fe0f}\\u{e0041}\\u{2028}');
    expect(displayTopic(topicKey(bytes(0x61, 0xff, 0, 0x0a)))).toBe('a\\xff\\x00\\u{a}');
  });

  it('shows blanks at the ends of a level, blanks in a row and every blank that is no plain space', () => {
    expect(displayTopic('plant/valve ')).toBe('plant/valve\\u{20}');
    expect(displayTopic(' plant/ valve/x')).toBe('\\u{20}plant/\\u{20}valve/x');
    expect(displayTopic('plant/valve\u00a0')).toBe('plant/valve\\u{a0}');
    expect(displayTopic('a\u2003b\u3000c\u2800d\u200be\tf')).toBe(
      'a\\u{2003}b\\u{3000}c\\u{2800}d\\u{200b}e\\u{9}f',
    );
    expect(displayTopic('a  b')).toBe('a\\u{20}\\u{20}b');
    expect(displayTopic('a/ /b')).toBe('a/\\u{20}/b');
    expect(displayTopic(topicKey(bytes(0x20, 0x61, 0xff)))).toBe('\\u{20}a\\xff');
    expect(displayTopic('a\\b ')).toBe('a\\\\b\\u{20}');
    expect(quoted('plant/# ')).toBe('“plant/#\\u{20}”');
  });

  it('never looks the same for two topics', () => {
    const chance = random(11);
    const parts = [
      '\\',
      '\\\\',
      'x',
      '0a',
      '\n',
      '\\u{a}',
      'u{a}',
      '\u202e',
      '\\x0a',
      '\u0085',
      'é',
      ' ',
      '\u00a0',
      'u{20}',
    ];
    const seen = new Map<string, string>();
    for (let round = 0; round < 40_000; round++) {
      const text = Array.from({ length: chance.int(5) }, () => chance.pick(parts)).join('');
      const raw = [...utf8(text), ...(chance.int(3) === 0 ? [chance.pick([0x85, 0xff, 0x00])] : [])];
      const shown = displayTopic(topicKey(Uint8Array.from(raw)));
      expect(seen.get(shown) ?? raw.join()).toBe(raw.join());
      seen.set(shown, raw.join());
    }
  });
});

describe('a topic as text', () => {
  it('is the topic itself, however it is shown', () => {
    for (const topic of ['a/b', 'plant/\u200bvalve', '\ufeffa', 'win\\x64', ' a ']) {
      expect(topicText(topicKey(utf8(topic)))).toBe(topic);
    }
  });

  it('does not exist for bytes that are not UTF-8, and for NUL', () => {
    expect(topicText(topicKey(bytes(0x61, 0xff)))).toBeNull();
    expect(topicText(topicKey(bytes(0x61, 0)))).toBeNull();
  });

  it('is cut into what is plain and what would not be noticed', () => {
    expect(topicParts('plant/valve')).toEqual([{ text: 'plant/valve', odd: false }]);
    expect(topicParts('')).toEqual([]);
    const typed = ' a b/\u00a0c\u200b ';
    expect(
      topicParts(typed)
        .map(({ text }) => text)
        .join(''),
    ).toBe(typed);
    expect(
      topicParts(typed)
        .filter(({ odd }) => odd)
        .map(({ text }) => text),
    ).toEqual([' ', '\u00a0', '\u200b', ' ']);
  });

  it('names what would not be noticed, at an end first', () => {
    expect(oddWords('plant/the valve')).toBeNull();
    expect(oddWords('plant/valve ')).toBe('ends with a space');
    expect(oddWords('\ufeffplant')).toBe('begins with a byte order mark');
    expect(oddWords('plant/\u2003valve')).toBe('contains U+2003');
    expect(oddWords('plant/\u00a0valve\t')).toBe('ends with a tab');
  });
});

describe('what may be published to and subscribed to', () => {
  it('accepts every valid topic name', () => {
    for (const topic of ['a', '/', 'a//b', '$SYS/x', ' ', '\ufeff', 'x'.repeat(65_535)]) {
      expect(checkTopicName(topic)).toBeNull();
    }
  });

  it('refuses what MQTT refuses, and says why and what to do', () => {
    const refused = {
      'topic-empty': '',
      'topic-wildcard': 'a/+/b',
      'topic-nul': 'a\0b',
      'topic-surrogate': 'a\ud83d',
      'topic-too-long': 'ä'.repeat(32_768),
    };
    for (const [code, topic] of Object.entries(refused)) {
      expect(checkTopicName(topic)).toMatchObject({ code, message: /\.$/, advice: /\./ });
      expect(isPublishable(topic)).toBe(false);
    }
    expect(isPublishable(topicKey(bytes(0xff)))).toBe(false);
  });

  it('accepts every valid topic filter', () => {
    for (const filter of [
      '#',
      '+',
      '/',
      '+/+',
      'a/+/b/#',
      '/#',
      '$SYS/#',
      '$share',
      '$share/g/#',
      '$share/g//',
    ]) {
      expect(checkTopicFilter(filter)).toBeNull();
    }
  });

  it('refuses invalid topic filters, and says why and what to do', () => {
    const refused = {
      '': 'filter-empty',
      'a/#/b': 'filter-hash',
      'a#': 'filter-hash',
      'a+/b': 'filter-plus',
      'a\0': 'filter-nul',
      '\udc00': 'filter-surrogate',
      '$share/': 'filter-share-name',
      '$share//a': 'filter-share-name',
      '$share/+/a': 'filter-share-name',
      '$share/g': 'filter-share-empty',
      '$share/g/': 'filter-share-empty',
      '$share/g/a/#/b': 'filter-hash',
    };
    for (const [filter, code] of Object.entries(refused)) {
      expect(checkTopicFilter(filter), filter).toMatchObject({ code, message: /\.$/, advice: /\./ });
    }
  });
});
