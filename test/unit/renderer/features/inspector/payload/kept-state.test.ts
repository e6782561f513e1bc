import { expect, test } from 'vitest';
import { keptState } from '../../../../../../src-renderer/features/inspector/payload/use-payload-text.ts';
import type { InspectorState } from '../../../../../../src-renderer/state/inspector/inspector.ts';

const NONE: InspectorState = {
  key: 'a',
  which: { kind: 'latest' },
  following: true,
  loaded: null,
  previous: null,
  gone: null,
  loading: true,
  problem: null,
  newer: 0,
};
const meta = { seq: 1, at: 0, qos: 0, retain: false, dup: false, size: 1, kept: 1 } as const;
const READ: InspectorState = {
  ...NONE,
  loading: false,
  loaded: {
    meta: { ...meta, preview: '1' } as never,
    bytes: new Uint8Array([49]),
    properties: new Uint8Array(),
  },
};

test('the value before stays drawn until the next one is read', () => {
  expect(keptState({ ...NONE, key: 'b' }, READ)).toBe(READ);
});

test('what is read is drawn, whatever was there before', () => {
  const next = { ...READ, key: 'b' };
  expect(keptState(next, READ)).toBe(next);
});

test('where nothing was drawn yet, nothing is', () => {
  expect(keptState(NONE, NONE)).toBe(NONE);
});
