import { expect, test } from 'vitest';
import type { Term } from '../../../../../src-main/contract/model/session-facts.ts';
import { sessionRows } from '../../../../../src-renderer/features/diagnostics/session-rows.ts';
import { diagnosticsOf, onlineState } from '../../../../support/engine/fake-engine.ts';

const online = () => diagnosticsOf(onlineState(0));
const withTerms = (...terms: readonly Term[]) => ({
  ...online(),
  facts: { ...online().facts, terms: [...terms] },
});

test('before the first connection there is what will be asked, and nothing is granted or marked', () => {
  const rows = sessionRows(diagnosticsOf({ kind: 'idle' }));
  expect(rows.map(({ name, asked }) => `${name}: ${asked}`)).toEqual([
    'Protocol version: auto',
    'Client ID: (empty)',
    'Clean start: yes',
    'Keep-alive: 60 s',
  ]);
  expect(rows.every(({ granted, differs }) => granted === '' && !differs)).toBe(true);
});

test('a difference between asked and granted is marked and explained, what is as asked is not', () => {
  const [same, other, missing, aliases] = sessionRows(
    withTerms(
      { key: 'client-id', label: 'Client ID', asked: 'a', granted: 'a', differs: false },
      { key: 'keep-alive', label: 'Keep-alive', asked: '60 s', granted: '30 s', differs: true },
      { key: 'shared', label: 'Shared subscriptions', asked: null, granted: 'not available', differs: true },
      { key: 'topic-alias-maximum', label: 'Topic alias maximum', asked: '0', granted: '10', differs: false },
    ),
  );
  expect(same).toMatchObject({ differs: false, means: '' });
  expect(other).toMatchObject({ granted: '30 s', differs: true });
  expect(other?.means).toContain('The broker decides');
  expect(missing).toMatchObject({ asked: '', means: 'The broker does not offer it.' });
  expect(aliases?.means).toContain('never offer aliases');
});
