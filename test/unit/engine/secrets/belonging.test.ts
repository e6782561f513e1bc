import { describe, expect, test } from 'vitest';
import {
  belongingText,
  inEnvelope,
  isInEnvelope,
  outOfEnvelope,
  type Belonging,
} from '../../../../src-main/engine/secrets/belonging.ts';

const mine: Belonging = {
  profile: 'p1',
  path: 'password',
  for: { to: 'mqtts://broker:8883', via: null, checks: ['chain', 'dates'] } as unknown as Belonging['for'],
};
const elsewhere = (part: object): Belonging => ({
  ...mine,
  for: { ...mine.for, ...part } as Belonging['for'],
});

describe('What a secret belongs to', () => {
  test.each<[string, Belonging]>([
    ['another profile', { ...mine, profile: 'p2' }],
    ['another field', { ...mine, path: 'tls.passphrase' }],
    ['another broker', elsewhere({ to: 'mqtts://evil:8883' })],
    ['another way', elsewhere({ via: 'socks5://evil:1080' })],
    ['fewer checks', elsewhere({ checks: ['chain'] })],
    ['texts that only together are the same', { ...mine, profile: 'p1","password', path: '' }],
  ])('opens for nothing else: not for %s', (_, other) => {
    expect(belongingText('vault', other)).not.toBe(belongingText('vault', mine));
    expect(outOfEnvelope(inEnvelope('hunter2', mine), other)).toBeNull();
  });

  test('is the same whatever the order of the checks and the place in a list', () => {
    expect(belongingText('vault', elsewhere({ checks: ['dates', 'chain'] }))).toBe(
      belongingText('vault', mine),
    );
    const header = (at: number) => belongingText('vault', { ...mine, path: `webSocket.headers.${at}.value` });
    expect(header(0)).toBe(header(17));
    // A name that is a number is not a place.
    expect(belongingText('vault', { ...mine, path: 'headers.1x.value' })).not.toBe(
      belongingText('vault', { ...mine, path: 'headers.2x.value' }),
    );
  });

  test('is not changed by what it is made of', () => {
    const checks = ['dates', 'chain'];
    belongingText('vault', elsewhere({ checks }));
    expect(checks).toEqual(['dates', 'chain']);
  });
});

describe('The envelope of a keychain', () => {
  test.each(['', 'hunter2', '"],["', 'topicscope-bound:', '\u0000\ud800 ä', '["a","b"]'])(
    'gives %j back as it was, to whom it belongs',
    (text) => {
      const sealed = inEnvelope(text, mine);
      expect(isInEnvelope(sealed)).toBe(true);
      expect(outOfEnvelope(sealed, mine)).toBe(text);
    },
  );

  test('is known from a secret without one, which opens for nobody by this way', () => {
    for (const plain of ['', 'hunter2', ' topicscope-bound:[]']) {
      expect(isInEnvelope(plain)).toBe(false);
      expect(outOfEnvelope(plain, mine)).toBeNull();
    }
  });

  test.each(['', '{}', '["a"]', '["a","b","c"]', '[1,2]', 'null', '["a",'])(
    'that somebody made of %j gives out nothing',
    (inside) => {
      expect(() => outOfEnvelope(`topicscope-bound:${inside}`, mine)).toThrow();
    },
  );
});
