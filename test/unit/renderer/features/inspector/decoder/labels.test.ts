import { describe, expect, test } from 'vitest';
import { DecoderId } from '../../../../../../src-main/contract/model/decoder-rule.ts';
import {
  chainWords,
  decidedWords,
  DECODER_CHOICES,
} from '../../../../../../src-renderer/features/inspector/decoder/decoder-labels.ts';
import { nextIndex } from '../../../../../../src-renderer/features/inspector/decoder/decoder-region.tsx';
import { whereWords } from '../../../../../../src-renderer/features/inspector/decoder/rule-field.tsx';
import { bytesOf, decoded, step } from '../../../../../support/decoding.ts';

describe('The list of decoders', () => {
  test('offers every decoder once, and the choice of none', () => {
    const ids = DECODER_CHOICES.map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['auto', ...DecoderId.options].toSorted());
  });

  test('is walked by arrows, its ends and first letters', () => {
    const at = (label: string) => DECODER_CHOICES.findIndex((one) => one.label === label);
    expect(nextIndex('ArrowDown', 0)).toBe(1);
    expect(nextIndex('ArrowUp', 0)).toBe(0);
    expect(nextIndex('End', 0)).toBe(DECODER_CHOICES.length - 1);
    expect(nextIndex('ArrowDown', DECODER_CHOICES.length - 1)).toBe(DECODER_CHOICES.length - 1);
    expect(nextIndex('Home', 9)).toBe(0);
    expect(nextIndex('j', 0)).toBe(at('JSON'));
    expect(nextIndex('j', at('JSON'))).toBe(at('JWT'));
    expect(nextIndex('j', at('JWT'))).toBe(at('JSON'));
    expect(nextIndex('q', 0)).toBeNull();
    expect(nextIndex('Tab', 0)).toBeNull();
  });
});

describe('The words for a chain', () => {
  test('are its stages, or where it failed', () => {
    const hex = bytesOf('text:a16161');
    expect(chainWords(decoded(bytesOf('a1616101')), null)).toBe('CBOR');
    expect(chainWords(decoded(hex, [step('hex'), step('cbor')]), null)).toBe('Hex → failed');
    expect(chainWords(null, null)).toBe('Automatic');
  });

  test('say who decided', () => {
    const found = decoded(bytesOf('a1616101'));
    expect(decidedWords(found)).toBeNull();
    expect(decidedWords({ ...found, by: { kind: 'chosen' } })).toBe('Chosen by you');
    expect(decidedWords({ ...found, by: { kind: 'rule', filter: 'a/#' } })).toBe('By the rule for a/#');
  });

  test('say where rules are kept', () => {
    expect(whereWords('profile')).toBe('Kept in this profile.');
    expect(whereWords('memory')).toContain('kept until Topicscope ends');
    expect(whereWords(null)).toBe('');
  });
});
