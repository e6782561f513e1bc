import { describe, expect, it } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { LevelSeparator } from '../../../../src-main/contract/model/connect-fields.ts';
import {
  displayName,
  dividesAsMqtt,
  isBelow,
  isWithin,
  levels,
  parentKey,
  separatorByte,
  separatorByteOf,
  separatorOf,
} from '../../../../src-main/core/topics/levels.ts';
import { displayTopic, keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { random, type Random } from '../../../support/random.ts';

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

/** Every character that may divide a tree. */
const ALL = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
  (one) => LevelSeparator.safeParse(one).success,
);

/** The levels by their bytes, as plainly as it can be written. */
function naiveLevels(topic: Uint8Array, given: string): Uint8Array[] {
  const separator = (topic[0] === 0x24 ? '/' : given).charCodeAt(0);
  const found: number[][] = [[]];
  for (const byte of topic) {
    if (byte === separator) found.push([]);
    else found.at(-1)?.push(byte);
  }
  return found.map((level) => Uint8Array.from(level));
}

/** The branches a topic lies in, the nearest first, by its bytes. */
function naiveAbove(topic: Uint8Array, given: string): Uint8Array[] {
  const parts = naiveLevels(topic, given);
  const above: Uint8Array[] = [];
  let end = topic.length;
  for (const part of parts.slice(1).reverse()) {
    end -= part.length + 1;
    above.push(topic.subarray(0, end));
  }
  return above;
}

/** Separators, escapes, both kinds of names, and pieces of characters. */
function hostileTopic(chance: Random): Uint8Array {
  const start = chance.int(6) === 0 ? [0x24] : [];
  const rest = Array.from({ length: 1 + chance.int(9) }, () =>
    chance.pick([
      [0x2f],
      [0x2e],
      [0x2e, 0x2e],
      [0x5c],
      [0x78, 0x30, 0x30],
      [0x61],
      [0xff],
      [0],
      [0xc3, 0xa4],
      [0xf0, 0x9f, 0x98, 0x80],
      [0x24],
    ]),
  ).flat();
  return Uint8Array.from([...start, ...rest]);
}

describe('what may divide a tree into levels', () => {
  it('is one ASCII punctuation mark that neither MQTT nor an escaped name needs', () => {
    expect(ALL.join('')).toBe('!"%&\'()*,-./:;<=>?@[]^_`|~');
    for (const no of ['', '..', './', 'a', '7', ' ', '+', '#', '$', '\\', '{', '}', '\0', '\n', '.\n', 'é'])
      expect(LevelSeparator.safeParse(no).success, JSON.stringify(no)).toBe(false);
    for (const no of ['😀', '\ud83d', '\ude00', '\u2028', '．', null, 46, undefined])
      expect(LevelSeparator.safeParse(no).success, JSON.stringify(no)).toBe(false);
  });

  it('is a slash in profiles that were saved before there was a choice', () => {
    const old = { name: 'old', protocol: 'mqtt', host: 'broker.example', port: 1883 };
    expect(ConnectionOptions.parse(old).levelSeparator).toBe('/');
    expect(ConnectionOptions.parse({ ...old, levelSeparator: '.' }).levelSeparator).toBe('.');
    expect(ConnectionOptions.safeParse({ ...old, levelSeparator: '#' }).success).toBe(false);
  });

  it('is a slash for topics that begin with $, whatever divides the others', () => {
    expect(separatorOf('$SYS/broker.x', '.')).toBe('/');
    expect(separatorOf('\0$a/\\xff', '.')).toBe('/');
    expect(separatorOf('a$/b', '.')).toBe('.');
    expect(separatorOf('', '.')).toBe('.');
    expect(separatorByteOf(0x24, 0x2e)).toBe(0x2f);
    expect(separatorByteOf(0x61, 0x2e)).toBe(0x2e);
    expect(separatorByteOf(undefined, 0x2e)).toBe(0x2e);
    expect(dividesAsMqtt('$SYS/x', '.')).toBe(true);
    expect(dividesAsMqtt('SYS.x', '.')).toBe(false);
    expect(dividesAsMqtt('SYS.x', '/')).toBe(true);
  });
});

describe('levels of a topic', () => {
  it('are keys of their own, empty ones included', () => {
    expect(levels('/a//b', '/')).toEqual(['', 'a', '', 'b']);
    expect(levels('/a//b', '.')).toEqual(['/a//b']);
    expect(levels('a..b', '.')).toEqual(['a', '', 'b']);
    expect(levels('.', '.')).toEqual(['', '']);
    expect(levels('.a.', '.')).toEqual(['', 'a', '']);
    expect(levels('plant/1.line.x/y', '.')).toEqual(['plant/1', 'line', 'x/y']);
    expect(levels('$SYS/broker.uptime', '.')).toEqual(['$SYS', 'broker.uptime']);
    expect(levels('', '.')).toEqual(['']);
    expect(levels(topicKey(bytes(0xff, 0x2f, 0x5c, 0x78, 0x30, 0x30)), '/')).toEqual(['\0\\xff', '\\x00']);
    expect(levels(topicKey(bytes(0xff, 0x2e, 0x5c, 0x78, 0x30, 0x30)), '.')).toEqual(['\0\\xff', '\\x00']);
  });

  it('lead up to the top', () => {
    expect(parentKey('/a', '/')).toBe('');
    expect(parentKey('/a', '.')).toBeNull();
    expect(parentKey('.a', '.')).toBe('');
    expect(parentKey('a/b.c', '.')).toBe('a/b');
    expect(parentKey('a/b.c', '/')).toBe('a');
    expect(parentKey('$a/b.c', '.')).toBe('$a');
    expect(parentKey('', '/')).toBeNull();
    expect(parentKey(topicKey(bytes(0x5c, 0x2f, 0xff)), '/')).toBe('\\');
    expect(parentKey(topicKey(bytes(0xff, 0x2f, 0x61)), '/')).toBe('\0\\xff');
    expect(parentKey(topicKey(bytes(0xff)), '/')).toBeNull();
  });

  it('name a row by the last of them, which may be empty', () => {
    expect(displayName('a/b/c', '/')).toBe('c');
    expect(displayName('a/b/c', '.')).toBe('a/b/c');
    expect(displayName('a.b/c', '.')).toBe('b/c');
    expect(displayName('a/', '/')).toBe('');
    expect(displayName('a.', '.')).toBe('');
    expect(displayName('', '/')).toBe('');
    expect(displayName(topicKey(bytes(0xff, 0x2f, 0x61, 0x5c)), '/')).toBe('a\\');
    expect(displayName(topicKey(bytes(0x61, 0x2f, 0xfe)), '/')).toBe('\\xfe');
    expect(displayName(topicKey(bytes(0x61, 0x2e, 0xfe)), '.')).toBe('\\xfe');
  });

  it('agree with a plain look at the bytes, whatever divides them', () => {
    const chance = random(3);
    for (let round = 0; round < 5_000; round++) {
      const separator = chance.pick(['/', '.', ...ALL]);
      const name = hostileTopic(chance);
      const key = topicKey(name);
      const parts = naiveLevels(name, separator);
      const above = naiveAbove(name, separator).map((path) => topicKey(path));
      expect(levels(key, separator)).toEqual(parts.map((part) => topicKey(part)));
      expect(displayName(key, separator)).toBe(displayTopic(topicKey(parts.at(-1) ?? bytes())));
      expect(parentKey(key, separator)).toBe(above[0] ?? null);
      const other = chance.int(2) === 0 ? chance.pick([...above, key]) : topicKey(hostileTopic(chance));
      expect(isBelow(key, other, separator), `${key} below ${other}`).toBe(above.includes(other));
      const gap = chance.int(4);
      const look = { bytes: Uint8Array.from([...bytes(1, 2, 3, 4).subarray(0, gap), ...name, 0x2e]) };
      const place = { ...look, start: gap, end: gap + name.length };
      expect(isWithin(place, keyBytes(other), separatorByte(separator)), `${key} within ${other}`).toBe(
        other === key || above.includes(other),
      );
    }
  });

  it('can be read off the shown topic, as no escape holds a separator', () => {
    const chance = random(4);
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: 6 }, () =>
        chance.pick(['a', '\u200b', '\u202e', '\t', '\\', '/', '.', '-', '\ufeff']),
      ).join('');
      const separator = chance.pick(ALL);
      const shown = displayTopic(text);
      const parts = levels(text, separator);
      expect(shown.split(separator).length, `${JSON.stringify(text)} by ${separator}`).toBe(parts.length);
    }
  });
});
