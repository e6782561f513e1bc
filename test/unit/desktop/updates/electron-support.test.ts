import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { electronSupport, supportSentence } from '../../../../src-main/desktop/updates/electron-support.ts';

const day = (text: string): number => Date.parse(text);

test.each([
  ['45.3.4', '2026-11-28', { kind: 'supported', until: '2027-04-26' }],
  ['45.3.4', '2027-04-25T23:59:59Z', { kind: 'supported', until: '2027-04-26' }],
  ['45.3.4', '2027-04-26', { kind: 'ended', since: '2027-04-26' }],
  ['42.0.0', '2026-11-28', { kind: 'ended', since: '2026-10-19' }],
  ['41.9.9', '2026-11-28', { kind: 'ended', since: null }],
  ['1.0.0', '2000-01-01', { kind: 'ended', since: null }],
  ['47.0.0-beta.1', '2026-11-28', { kind: 'unknown' }],
  ['unknown', '2026-11-28', { kind: 'unknown' }],
  ['', '2026-11-28', { kind: 'unknown' }],
] as const)('Electron %s on %s', (version, now, support) => {
  expect(electronSupport(version, day(now))).toEqual(support);
});

test('The Electron that this program is built on is in the table.', () => {
  const manifest = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
  const { devDependencies } = JSON.parse(manifest) as { devDependencies: Record<string, string> };
  // Whoever raises it adds its line: else nobody would be warned.
  expect(electronSupport(devDependencies['electron'] ?? '', 0).kind).toBe('supported');
});

test('It is said in words, and an end with what to do.', () => {
  const say = (version: string, now: string) => supportSentence(version, electronSupport(version, day(now)));
  expect(say('45.3.4', '2026-11-28')).toBe(
    'This program is built on Electron 45.3.4, which gets security fixes until 2027-04-26.',
  );
  expect(say('45.3.4', '2027-05-01')).toBe(
    'This program is built on Electron 45.3.4, which has had no security fixes since 2027-04-26. Update as soon as a newer version is offered.',
  );
  expect(say('40.1.0', '2027-05-01')).toContain('which no longer gets security fixes. Update');
  expect(say('60.0.0', '2027-05-01')).toContain('is not known to this version');
});
