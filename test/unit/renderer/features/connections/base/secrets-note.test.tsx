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

/** The note of a profile that lacks these, where secrets are kept like this. */
async function noteOf(kind: SecretsState['kind'], paths: readonly string[]): Promise<string | null> {
  const { engine, app } = fakeApp();
  engine.secrets.set({ ...engine.secrets.value, kind });
  await expect.poll(() => app.secrets.store.getState().state?.kind).toBe(kind);
  app.profiles.store.setState({ missingSecrets: { plant: [...paths] } });
  const page = live(<MissingSecrets app={app} profileId="plant" />);
  return page.queryByRole('status')?.textContent ?? null;
}

test.each(['memory', 'vault-none', 'weak-keychain'] as const)(
  'A secret that was in memory only is called lost, not undecipherable, where secrets are kept so (%s)',
  async (kind) => {
    expect(await noteOf(kind, ['password'])).toBe(
      'Enter again: Password. It was kept in memory only, until Topicscope ended; the rest of the profile is as it was.',
    );
    expect(await noteOf(kind, ['username', 'headers.1.value'])).toMatch(
      /^Enter again: Username, Header 2\. They were kept in memory only/,
    );
  },
);

test.each(['keychain', 'vault-open', 'vault-locked'] as const)(
  'A secret that was sealed cannot be decrypted any more (%s)',
  async (kind) => {
    expect(await noteOf(kind, ['password', 'tls.key'])).toMatch(
      /^Enter again: Password, Client key\. What was saved of them cannot be decrypted any more;/,
    );
  },
);

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
