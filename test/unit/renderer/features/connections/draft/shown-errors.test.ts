import { expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import {
  draftOf,
  emptyOptions,
  type Draft,
} from '../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import {
  shownErrors,
  type Judged,
} from '../../../../../../src-renderer/features/connections/draft/shown-errors.ts';

const empty = draftOf(emptyOptions());
const fields = (
  draft: Draft,
  judged: Partial<Judged> = {},
  saved: ConnectionOptions | null = null,
): string[] =>
  Object.keys(
    shownErrors(draft, saved, { left: new Set(), all: false, address: null, ...judged }),
  ).toSorted();

test('An empty form says nothing until a field was left, or something was asked for.', () => {
  expect(fields(empty)).toEqual([]);
  expect(fields(empty, { left: new Set(['host']) })).toEqual(['host']);
  expect(fields(empty, { left: new Set(['clientId']) })).toEqual([]);
  expect(fields(empty, { all: true })).toContain('host');
});

test('A host that nothing can make right is said at once; what may still become one is not.', () => {
  for (const host of ['bad;host', 'a<b'])
    expect([host, fields({ ...empty, host })]).toEqual([host, ['host']]);
  for (const host of ['b', 'broker.', '[::1', 'mqtt://broker', 'mosquitto_sub -h broker'])
    expect([host, fields({ ...empty, host })]).toEqual([host, []]);
  // The name of a socket may be anything.
  expect(fields({ ...empty, protocol: 'unix', host: '/run/a;b' })).toEqual([]);
});

test('An address that could not be read is said at the host, whatever else is wrong with it.', () => {
  const address = failed('bad-address', 'This is no address.', 'Write it anew.');
  const judged = { left: new Set(['host']), all: true, address };
  expect(shownErrors(empty, null, judged)['host']).toBe('This is no address. Write it anew.');
});

test('A saved password that would go elsewhere is said at the password, though only the host was touched.', () => {
  const saved = ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtts',
    host: 'a',
    port: 8883,
    password: keptSecret('password'),
  });
  const draft = draftOf(saved);
  expect(fields(draft, {}, saved)).toEqual([]);
  expect(fields({ ...draft, host: 'b' }, {}, saved)).toEqual(['password']);
  expect(fields({ ...draft, host: 'b', password: 'new' }, {}, saved)).toEqual([]);
  expect(fields({ ...draft, name: 'Other' }, {}, saved)).toEqual([]);
  // Nothing is saved, so nothing is kept from going anywhere.
  expect(fields({ ...draft, host: 'b' }, {}, null)).toEqual([]);
});
