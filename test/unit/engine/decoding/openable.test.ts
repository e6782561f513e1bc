import { describe, expect, test } from 'vitest';
import { openableAs } from '../../../../src-main/engine/decoding/openable.ts';
import { random } from '../../../support/random.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const as = (payload: string | readonly number[]) => {
  const found = openableAs(typeof payload === 'string' ? utf8(payload) : Uint8Array.from(payload));
  return found.kind === 'openable' ? found.extension : `refused: ${found.why}`;
};

describe('A payload is opened as', () => {
  test.each<[string, string | readonly number[], string]>([
    ['JSON', '{"a":[1,2.50]}', 'json'],
    ['a number', ' 21.5\n', 'json'],
    ['a string of JSON that holds markup', '"<script>"', 'json'],
    ['text', 'on\nät 5 < 6 and 7 > 2', 'txt'],
    ['a table', 'a;b\r\n1;2\r\n', 'txt'],
    ['JSON that breaks off', '{"a":', 'txt'],
    ['spaces', '  ', 'txt'],
    ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0], 'png'],
    ['JPEG', [0xff, 0xd8, 0xff, 0xe0], 'jpg'],
    ['GIF', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61], 'gif'],
    ['WebP', [0x52, 0x49, 0x46, 0x46, 1, 0, 0, 0, 0x57, 0x45, 0x42, 0x50], 'webp'],
  ])('what it is: %s', (_what, payload, extension) => {
    expect(as(payload)).toBe(extension);
  });

  test('text where its JSON is too long to be read at once', () => {
    expect(as(`[${'1,'.repeat(600_000)}1]`)).toBe('txt');
  });
});

describe('A payload is refused, with the reason, where it is', () => {
  test.each<[string, string | readonly number[], RegExp]>([
    ['empty', '', /empty/],
    ['a page', '<!DOCTYPE html><p>', /browser/],
    ['a page behind spaces and a mark', '\ufeff \n<html>', /browser/],
    ['a picture of markup', '<?xml version="1.0"?><svg onload="x()"/>', /browser/],
    ['XML, which may carry a style that is a program', '<note/>', /browser/],
    ['markup further in', 'hello\n<script>x()</script>', /browser/],
    ['a script', '#!/bin/sh\nrm -rf ~', /script/],
    ['a starter', '[Desktop Entry]\nExec=sh', /shortcut/],
    ['an address', '[InternetShortcut]\r\nURL=file:///x', /shortcut/],
    ['PDF', '%PDF-1.7\n', /programs of its own/],
    ['PostScript', '%!PS\n', /programs of its own/],
    ['RTF', '{\\rtf1\\ansi}', /programs of its own/],
    ['a program of Windows', [0x4d, 0x5a, 0x90, 0, 3, 0], /no image and no text/],
    ['a program of Linux', [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], /no image and no text/],
    ['an archive', [0x50, 0x4b, 3, 4, 0xff], /no image and no text/],
    ['bytes', [0xff, 0xfe, 0x61, 0], /no image and no text/],
    ['text with a NUL', 'a\0b', /no image and no text/],
  ])('%s', (_what, payload, why) => {
    expect(as(payload)).toMatch(/^refused: /);
    expect(as(payload)).toMatch(why);
  });

  test('nothing else than these six extensions is ever given, whatever the bytes', () => {
    const rng = random(12);
    const heads = [
      '',
      'MZ',
      '#!',
      '<',
      '\x7fELF',
      '{',
      '"',
      '[',
      'PK\x03\x04',
      '\xff\xd8\xff',
      'GIF89a',
      '%!',
    ];
    for (let i = 0; i < 5_000; i++) {
      const head = heads[rng.int(heads.length)] ?? '';
      const bytes = [...head].map((one) => one.charCodeAt(0));
      for (let left = rng.int(20); left > 0; left--) bytes.push(rng.int(rng.int(2) === 0 ? 128 : 256));
      expect(as(bytes)).toMatch(/^(?:refused: .+|png|jpg|gif|webp|json|txt)$/);
    }
  });
});
