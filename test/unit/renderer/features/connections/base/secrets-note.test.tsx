// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import type { SecretsState } from '../../../../../../src-main/contract/profiles/profiles.ts';
import {
  MissingSecrets,
  secretName,
} from '../../../../../../src-renderer/features/connections/base/secrets-note.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';
import { live } from '../../../../../support/window/live.ts';

afterEach(teardown);

/** The note of a profile that lacks these, of which some were in memory only, where secrets are kept like this. */
async function noteOf(
  kind: SecretsState['kind'],
  paths: readonly string[],
  inMemory: readonly string[] = [],
): Promise<string | null> {
  const { engine, app } = fakeApp();
  engine.secrets.set({ ...engine.secrets.value, kind });
  await expect.poll(() => app.secrets.store.getState().state?.kind).toBe(kind);
  app.profiles.store.setState({ missingSecrets: { plant: paths }, neverSealed: { plant: inMemory } });
  const page = live(<MissingSecrets app={app} profileId="plant" />);
  return page.queryByRole('status')?.textContent ?? null;
}

// How secrets are kept by now says nothing about how these were.
const KINDS = ['memory', 'vault-none', 'weak-keychain', 'keychain', 'vault-open', 'vault-locked'] as const;

test.each(KINDS)(
  'A secret that was in memory only is called so, however they are kept now (%s)',
  async (kind) => {
    expect(await noteOf(kind, ['password'], ['password'])).toBe(
      'Enter again: Password. It was kept in memory only, until Topicscope ended; the rest of the profile is as it was.',
    );
    const both = ['username', 'headers.1.value'];
    expect(await noteOf(kind, both, both)).toMatch(
      /^Enter again: Username, Header 2\. They were kept in memory only/,
    );
  },
);

test.each(KINDS)(
  'A secret that was sealed cannot be decrypted now, however they are kept now (%s)',
  async (kind) => {
    expect(await noteOf(kind, ['password', 'tls.key'])).toMatch(
      /^Enter again: Password, Client key\. What was saved of them cannot be decrypted now;/,
    );
  },
);

test('Where some were in memory only, each is named with its reason', async () => {
  expect(await noteOf('keychain', ['password', 'tls.key'], ['tls.key'])).toBe(
    'Enter again: Password, Client key. Client key was kept in memory only, until Topicscope ended. What was saved of Password cannot be decrypted now; the rest of the profile is as it was.',
  );
});

test('Where no secret is missing nothing is said', async () => {
  expect(await noteOf('memory', [])).toBeNull();
});

test('Secrets are called as the fields of the form are', () => {
  expect(['tls.passphrase', 'path.query.0', 'headers.0.value', 'unheard.of'].map(secretName)).toEqual([
    'Key passphrase',
    'Value 1 in the path',
    'Header 1',
    'unheard.of',
  ]);
});
