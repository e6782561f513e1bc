import { expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import { elsewhereErrors } from '../../../../../../src-renderer/features/connections/draft/draft-secrets.ts';
import { draftOf } from '../../../../../../src-renderer/features/connections/draft/editor-draft.ts';

const saved = ConnectionOptions.parse({
  name: 'Plant',
  protocol: 'wss',
  host: 'a',
  port: 443,
  path: `/mqtt?token=${keptSecret('path.query.0')}`,
  password: keptSecret('password'),
  headers: [
    { name: 'X-Tenant', value: 'north' },
    { name: 'Authorization', value: keptSecret('headers.1.value') },
  ],
});

test('The fields of saved secrets say that they are not sent to another host.', () => {
  const draft = draftOf(saved);
  expect(elsewhereErrors(draft, saved)).toEqual({});
  expect(elsewhereErrors({ ...draft, name: 'Other', username: 'bob' }, saved)).toEqual({});
  const elsewhere = elsewhereErrors({ ...draft, host: 'b' }, saved);
  expect(Object.keys(elsewhere).toSorted()).toEqual(['headers.1.value', 'password', 'path']);
  expect(elsewhere['password']).toBe(
    'What is saved was entered for wss://a:443, not for wss://b:443. Enter it again.',
  );
  expect(Object.keys(elsewhereErrors({ ...draft, host: 'b', password: 'new' }, saved))).not.toContain(
    'password',
  );
});

test('Nothing is said of a form that is not saved yet, or not whole.', () => {
  expect(elsewhereErrors({ ...draftOf(saved), host: 'b' }, null)).toEqual({});
  expect(elsewhereErrors({ ...draftOf(saved), host: '' }, saved)).toEqual({});
});
