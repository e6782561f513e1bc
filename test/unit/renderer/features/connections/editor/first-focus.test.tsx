// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { Profile } from '../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import { ProfileEditor } from '../../../../../../src-renderer/features/connections/editor/profile-editor.tsx';
import { eachWindow } from '../../../../../support/window/fake-app.ts';
import { focusedName, live } from '../../../../../support/window/live.ts';

const window = eachWindow();

async function saved(options: object = {}): Promise<void> {
  const all = {
    name: 'Plant',
    protocol: 'mqtts',
    host: 'broker.test',
    port: 8883,
    username: 'ops',
    ...options,
  };
  window.engine.profiles.set([Profile.parse({ id: 'plant', options: all })]);
  await expect.poll(() => window.app.profiles.find('plant')).not.toBeNull();
}
async function stopped(code: string): Promise<void> {
  const why = failed(code, 'It was refused.', 'Look at the profile.');
  window.engine.add({ profileId: 'plant', state: { kind: 'stopped', since: 0, why } });
  await expect.poll(() => window.app.connections.store.getState().connections.length).toBe(1);
}
const open = () => live(<ProfileEditor app={window.app} profileId="plant" prefill={null} />);

describe('The editor of a profile begins', () => {
  test('at the secret that is lost, which is all there is to type', async () => {
    await saved({ password: keptSecret('password') });
    window.app.profiles.store.setState({ missingSecrets: { plant: ['password'] } });
    open();
    await expect.poll(focusedName).toBe('Password');
  });

  test.each(['connack-4', 'connack-5', 'connack-134', 'connack-135'])(
    'at the password where the broker refused it (%s)',
    async (code) => {
      await saved();
      await stopped(code);
      open();
      await expect.poll(focusedName).toBe('Password');
    },
  );

  test('at the first field of the credentials where there is no password to type', async () => {
    await saved({ passwordFrom: { kind: 'environment', name: 'MQTT_PASSWORD' } });
    await stopped('connack-135');
    open();
    await expect.poll(focusedName).toBe('Username');
  });

  test('at the certificates where that of the broker is not trusted', async () => {
    await saved();
    await stopped('certificate-untrusted');
    open();
    await expect.poll(focusedName).toBe('CA certificate');
  });

  test.each(['certificate-host', 'refused', 'connack-133'])(
    'at the host after all else (%s)',
    async (code) => {
      await saved();
      await stopped(code);
      open();
      await expect.poll(focusedName).toBe('Host');
    },
  );
});
