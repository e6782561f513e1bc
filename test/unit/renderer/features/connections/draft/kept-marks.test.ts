import { describe, expect, test } from 'vitest';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import {
  hasTornDots,
  holdsMark,
  shownPath,
  shownText,
  typedText,
  withoutMarks,
} from '../../../../../../src-renderer/features/connections/draft/kept-marks.ts';

const DOTS = '••••••••';
const FIRST = keptSecret('path.query.0');
const SECOND = keptSecret('path.query.1');
const PATH = `/mqtt?token=${FIRST}&sig=${SECOND}`;
const SHOWN = shownText(PATH);

describe('a text with saved secrets', () => {
  test('is shown with dots for each, and is the same again where nothing was typed', () => {
    expect(SHOWN).toBe(`/mqtt?token=${DOTS}&sig=${DOTS}`);
    expect(typedText(SHOWN, PATH)).toBe(PATH);
    expect(typedText('', '')).toBe('');
    expect(typedText('/plain', '/plai')).toBe('/plain');
  });

  test('keeps each secret in its place, wherever around it something is typed', () => {
    expect(typedText(SHOWN.replace('/mqtt', '/other/way'), PATH)).toBe(PATH.replace('/mqtt', '/other/way'));
    expect(typedText(SHOWN.replace('&', '&x=1&'), PATH)).toBe(PATH.replace('&', '&x=1&'));
    expect(typedText(`${SHOWN}&z=9`, PATH)).toBe(`${PATH}&z=9`);
  });

  test('loses the secret of a parameter that is deleted, and never gives it to another', () => {
    expect(typedText(`/mqtt?sig=${DOTS}`, PATH)).toBe(`/mqtt?sig=${SECOND}`);
    expect(typedText(`/mqtt?token=${DOTS}`, PATH)).toBe(`/mqtt?token=${FIRST}`);
    expect(typedText(`/mqtt?token=new&sig=${DOTS}`, PATH)).toBe(`/mqtt?token=new&sig=${SECOND}`);
    expect(typedText('/mqtt', PATH)).toBe('/mqtt');
  });

  test('says of dots that are no saved secret that they are none', () => {
    for (const typed of [
      SHOWN.slice(0, -1),
      `${SHOWN}•`,
      `${SHOWN}&copy=${DOTS}`,
      SHOWN.replace(DOTS, DOTS.slice(1)),
      `/elsewhere?a=${DOTS}&b=${DOTS}&c=${DOTS}`,
    ])
      expect(hasTornDots(typedText(typed, PATH)), typed).toBe(true);
    expect(hasTornDots(typedText(SHOWN, PATH))).toBe(false);
  });

  test('never holds more marks than there were, in whatever way it is cut and put together', () => {
    for (let from = 0; from <= SHOWN.length; from++)
      for (let to = from; to <= SHOWN.length; to++) {
        const typed = SHOWN.slice(0, from) + SHOWN.slice(to);
        const text = typedText(typed, PATH);
        const marks = [FIRST, SECOND].map((mark) => text.split(mark).length - 1);
        expect(Math.max(...marks), typed).toBeLessThanOrEqual(1);
        expect(shownText(text)).toBe(typed);
        // Each behind its own name, as far as that is still there.
        expect(text).not.toContain(`sig=${FIRST}`);
        expect(text).not.toContain(`token=${SECOND}`);
      }
  });
});

test('A mark is one only where it is whole, and is nothing to the rules of a field.', () => {
  expect([FIRST, `a${FIRST}b`, 'plain', '', '\uE000', '\uE001'].map(holdsMark)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(withoutMarks(`a${FIRST}b${SECOND}`)).toBe('ab');
});

test('A path shows no value that is a secret, saved or typed, and everything else.', () => {
  const { notSecret } = ConnectionOptions.parse({ name: 'a', protocol: 'wss', host: 'h', port: 443 });
  expect(shownPath('/mqtt', notSecret)).toBe('/mqtt');
  expect(shownPath(PATH, notSecret)).toBe(`/mqtt?token=${DOTS}&sig=${DOTS}`);
  const typed = shownPath('/mqtt?token=hunter2&empty=&client=7', notSecret);
  expect(typed).not.toContain('hunter2');
  expect(typed).toContain('empty=');
});
