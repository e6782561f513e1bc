import { expect, test } from 'vitest';
import type { Diagnostics } from '../../../../src-main/contract/diagnostics.ts';
import { hexRows } from '../../../../src-renderer/features/diagnostics/hex-rows.ts';
import { sessionRows } from '../../../../src-renderer/features/diagnostics/session-rows.ts';
import { diagnosticsOf, onlineState } from '../../../support/fake-engine.ts';

function report(granted: object, asked: Partial<Diagnostics['session']['asked']> = {}): Diagnostics {
  const online = onlineState(0);
  if (online.kind !== 'online') throw new Error('not online');
  const diagnostics = diagnosticsOf({ ...online, ...granted });
  return {
    ...diagnostics,
    session: { ...diagnostics.session, asked: { ...diagnostics.session.asked, ...asked } },
  };
}

const differing = (diagnostics: Diagnostics) =>
  sessionRows(diagnostics)
    .filter(({ differs }) => differs)
    .map(({ name, granted }) => `${name} ${granted}`);

test('what was granted as asked is not marked', () => {
  expect(differing(report({}))).toEqual([]);
});

test('each difference between asked and granted is marked', () => {
  expect(differing(report({ keepAlive: 30, keepAliveBy: 'server' }))).toEqual(['Keep-alive 30 s']);
  expect(differing(report({}, { cleanStart: false, clientId: 'topicscope-test' }))).toEqual(['Session new']);
  expect(differing(report({ version: '3.1.1' }))).toEqual(['Protocol MQTT 3.1.1']);
  expect(
    differing(report({ limits: { receiveMaximum: 20, maximumPacketSize: 2 ** 20, maximumQos: 1 } })),
  ).toEqual(['Receive maximum 20', 'Maximum packet size 1 MB', 'Maximum QoS 1']);
  expect(differing(report({ limits: { retainAvailable: false } }))).toEqual([
    'Retained messages not available',
  ]);
});

test('limits of MQTT 5 are not claimed of an older version, and nothing is granted while offline', () => {
  expect(sessionRows(report({ version: '3.1.1' }))).toHaveLength(4);
  expect(sessionRows(diagnosticsOf({ kind: 'idle' })).every(({ granted }) => granted === '')).toBe(true);
});

test('bytes are shown sixteen a row with their offset and as text', () => {
  const rows = hexRows(Uint8Array.from({ length: 18 }, (_, at) => at + 0x40)).split('\n');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toBe('0000  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  @ABCDEFGHIJKLMNO');
  expect(rows[1]).toBe(`0010  50 51${' '.repeat(42)}  PQ`);
  expect(hexRows(new Uint8Array())).toBe('');
});
