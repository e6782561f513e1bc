// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions, Profile } from '../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { ProfileEditor } from '../../../../../../src-renderer/features/connections/editor/profile-editor.tsx';
import { eachWindow } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  describedBy,
  focusedName,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  watch,
  type Live,
} from '../../../../../support/window/live.ts';

const window = eachWindow();

const OPTIONS = { name: 'Plant', protocol: 'mqtt', host: 'broker.test', port: 1883 } as const;
const saved = async (options: object = {}) => {
  window.engine.profiles.set([Profile.parse({ id: 'plant', options: { ...OPTIONS, ...options } })]);
  await expect.poll(() => window.app.profiles.find('plant')).not.toBeNull();
};
function open(profileId: string | null = null, prefill: ConnectionOptions | null = null): Live {
  window.app.shell.open({ kind: 'editor', profileId, prefill });
  return live(<ProfileEditor app={window.app} profileId={profileId} prefill={prefill} />);
}
const host = (page: Live) => page.getByRole('textbox', { name: 'Host' });
const button = (page: Live, name: string | RegExp) => page.getByRole('button', { name });
const dialog = () => window.app.shell.store.getState().dialog;

describe('The editor of a profile', () => {
  test('is a dialog "Connection" that begins at the host, with its parts named and in order', async () => {
    const page = open();
    expect(page.getByRole('dialog', { name: 'Connection' }).textContent).toContain('New connection');
    await expect.poll(focusedName).toBe('Host');
    const parts = ['General', 'Authentication', 'TLS', 'Session', 'Last will', 'Subscriptions', 'Advanced'];
    expect(page.getAllByRole('region').map((one) => one.getAttribute('aria-label'))).toEqual(parts);
    const nav = page.getByRole('navigation', { name: 'Parts of the form' });
    expect([...nav.querySelectorAll('.editor-part-title')].map(({ textContent }) => textContent)).toEqual(
      parts,
    );
  });

  test('shows what is saved, with its name and address in the head and no secret', async () => {
    await saved({ username: 'ops', password: 'hunter2' });
    const page = open('plant');
    expect(valueOf(host(page))).toBe('broker.test');
    const head = page.getByRole('dialog').querySelector('header')?.textContent ?? '';
    expect(head).toContain('Plant');
    expect(head).toContain('mqtt://ops@broker.test:1883');
    expect(document.body.textContent).not.toContain('hunter2');
  });

  test('begins with what it was given to start from', () => {
    const page = open(null, ConnectionOptions.parse({ ...OPTIONS, host: 'linked.test' }));
    expect(valueOf(host(page))).toBe('linked.test');
  });

  test('shows for each part what it holds, but never a username that may be a token', async () => {
    await saved({
      username: 'tok3n',
      subscriptions: [
        { filter: 'a/#', qos: 0 },
        { filter: 'b', qos: 0 },
      ],
      cleanStart: false,
    });
    const nav = open('plant').getByRole('navigation', { name: 'Parts of the form' });
    const details = [...nav.querySelectorAll('.editor-part-detail')].map(({ textContent }) => textContent);
    expect(details).toEqual([
      'mqtt, port 1883',
      'username only',
      'not used',
      'resumes, 60 s',
      'none',
      'a/#, b',
      'no proxy',
    ]);
    expect(nav.textContent).not.toContain('tok3n');
  });

  test.each(HOSTILE_TEXTS)('of a profile that is called %j draws nothing that deceives', async (name) => {
    await saved({ name, subscriptions: [{ filter: name.replaceAll(/\p{Cs}/gu, '\ufffd'), qos: 0 }] });
    const page = open('plant');
    expect(isSafeText(page.getByRole('dialog').textContent)).toBe(true);
  });
});

describe('A form that is wrong', () => {
  test('is not saved; the parts say how many fields they have to correct, and the first has the focus', async () => {
    const asked = watch(window.engine, 'saveProfile');
    const page = open();
    await page.user.clear(page.getByRole('spinbutton', { name: 'Keep-alive (s)' }));
    await page.user.click(button(page, 'Save'));
    await expect.poll(focusedName).toBe('Host');
    expect([isInvalid(host(page)), describedBy(host(page))]).toEqual([true, expect.stringMatching(/./)]);
    expect(button(page, /^General/).textContent).toContain('1 field to correct');
    expect(button(page, /^Session/).textContent).toContain('1 field to correct');
    expect(button(page, /^TLS/).textContent).not.toContain('to correct');
    expect(asked).toEqual([]);
  });

  test('is judged by connecting and by a test as well, and asks nothing of the engine', async () => {
    const tested = watch(window.engine, 'testConnection');
    const opened = watch(window.engine, 'openConnection');
    const page = open();
    await page.user.click(button(page, 'Test connection'));
    await expect.poll(() => isInvalid(host(page))).toBe(true);
    page.getByRole('textbox', { name: 'Name' }).focus();
    await page.user.click(button(page, 'Connect'));
    await expect.poll(focusedName).toBe('Host');
    expect([tested, opened]).toEqual([[], []]);
  });
});

describe('A saved secret that is lost', () => {
  const KEPT = {
    protocol: 'wss',
    username: 'ops',
    password: keptSecret('password'),
    headers: [{ name: 'Authorization', value: keptSecret('headers.0.value') }],
    tls: { key: keptSecret('tls.key'), passphrase: keptSecret('tls.passphrase') },
  };
  const field = (page: Live, name: string) => page.getByLabelText(name, { selector: 'input, textarea' });
  const FIELDS = ['Password', 'Value of header 1', 'Client key', 'Key passphrase'];
  const said = (page: Live) => FIELDS.map((name) => describedBy(field(page, name)));

  test('is said at its field in place of "Saved", and the others stay saved', async () => {
    await saved(KEPT);
    const page = open('plant');
    expect(said(page)[0]).toBe('Saved. Type to replace it.');
    const missing = ['password', 'headers.0.value', 'tls.key'];
    window.app.profiles.store.setState({ missingSecrets: { plant: missing } });
    const lost = 'What was saved is lost. Enter it again.';
    await expect.poll(() => said(page)).toEqual([lost, lost, lost, 'Saved. Type to replace it.']);
    expect(FIELDS.map((name) => field(page, name).getAttribute('placeholder'))).toEqual([
      null,
      'value',
      'path or PEM text',
      '••••••••',
    ]);
    expect(button(page, /^Authentication/).textContent).toContain('1 field to correct');
    await page.user.type(field(page, 'Password'), 'new');
    expect(isInvalid(field(page, 'Password'))).toBe(false);
  });

  test('does not keep the rest of the profile from being saved', async () => {
    await saved(KEPT);
    const asked = watch(window.engine, 'saveProfile');
    const page = open('plant');
    window.app.profiles.store.setState({ missingSecrets: { plant: ['password'] } });
    await page.user.type(page.getByRole('textbox', { name: 'Name' }), ' 2');
    await page.user.click(button(page, 'Save'));
    await expect.poll(() => asked.map(({ options }) => options.name)).toEqual(['Plant 2']);
  });
});

describe('A form that is right', () => {
  test('is saved as a new profile, selected, and closes', async () => {
    const asked = watch(window.engine, 'saveProfile');
    const page = open();
    await page.user.type(host(page), 'new.test');
    await page.user.click(button(page, 'Save'));
    await expect.poll(dialog).toBeNull();
    expect(asked.map(({ id, options }) => [id, options.host, options.name])).toEqual([
      [null, 'new.test', 'new.test:1883'],
    ]);
    await expect.poll(() => window.app.connections.store.getState().selection?.kind).toBe('profile');
  });

  test('is connected with, saved to the profile it is of', async () => {
    await saved();
    const stored = watch(window.engine, 'saveProfile');
    const opened = watch(window.engine, 'openConnection');
    const page = open('plant');
    await page.user.type(host(page), '2');
    await page.user.click(button(page, 'Connect'));
    await expect.poll(dialog).toBeNull();
    expect(stored.map(({ id, options }) => [id, options.host])).toEqual([['plant', 'broker.test2']]);
    expect(opened.map(({ profileId, options }) => [profileId, options.host])).toEqual([
      ['plant', 'broker.test2'],
    ]);
  });

  test('stays with what was typed where it could not be saved', async () => {
    answer(window.engine, 'saveProfile', () => failed('full', 'The disk is full.', 'Make room.'));
    const page = open();
    await page.user.type(host(page), 'new.test');
    await page.user.click(button(page, 'Save'));
    expect((await page.findByRole('alert')).textContent).toBe('The disk is full. Make room.');
    expect([valueOf(host(page)), isDisabled(button(page, 'Save')), dialog()?.kind]).toEqual([
      'new.test',
      false,
      'editor',
    ]);
  });

  test('does one thing at a time', async () => {
    let done = (): void => undefined;
    const wait = new Promise<void>((resolve) => (done = resolve));
    const asked = answer(window.engine, 'saveProfile', async () => {
      await wait;
      return { kind: 'saved', id: 'x' };
    });
    const page = open();
    await page.user.type(host(page), 'new.test');
    await page.user.click(button(page, 'Save'));
    await expect.poll(() => isDisabled(button(page, 'Connect'))).toBe(true);
    for (const name of ['Save', 'Connect', 'Test connection'])
      expect([name, isDisabled(button(page, name))]).toEqual([name, true]);
    await page.user.click(button(page, 'Save'));
    done();
    await expect.poll(dialog).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test('says that connecting restarts what is open of it', async () => {
    await saved();
    const words = 'Connect restarts it and discards its history.';
    expect(open('plant').queryByText(words)).toBeNull();
    window.engine.add({ profileId: 'plant' });
    await expect.poll(() => window.app.connections.store.getState().connections.length).toBe(1);
    expect(open('plant').getByText(words)).toBeTruthy();
    expect(open().queryByText(words)).toBeNull();
  });

  test('is tested with what it holds, by its profile, and not a second time meanwhile', async () => {
    await saved();
    const tested = watch(window.engine, 'testConnection');
    const page = open('plant');
    await page.user.click(button(page, 'Test connection'));
    expect(await page.findByRole('status', { name: 'Test result' })).toBeTruthy();
    expect(tested.map(({ options, profileId }) => [options.host, profileId])).toEqual([
      ['broker.test', 'plant'],
    ]);
    expect(isDisabled(button(page, 'Test connection'))).toBe(true);
    await page.user.click(button(page, 'Stop the test'));
    await expect.poll(() => isDisabled(button(page, 'Test connection'))).toBe(false);
    expect(page.queryByRole('status', { name: 'Test result' })).toBeNull();
  });
});

describe('What was typed and not saved', () => {
  test('is there again when the editor is opened again, until it is started over', async () => {
    await saved();
    const first = open('plant');
    await first.user.type(host(first), '.lost');
    const page = open('plant');
    expect(page.getByText(/What you had typed before is still here/)).toBeTruthy();
    expect(valueOf(host(page))).toBe('broker.test.lost');
    await page.user.click(button(page, 'Start over'));
    expect([valueOf(host(page)), page.queryByText(/What you had typed before/)]).toEqual([
      'broker.test',
      null,
    ]);
    expect(open('plant').queryByText(/What you had typed before/)).toBeNull();
  });

  test('is given up by Cancel, and kept by Escape', async () => {
    await saved();
    const page = open('plant');
    await page.user.type(host(page), 'x');
    await page.user.click(button(page, 'Cancel'));
    expect(dialog()).toBeNull();
    const again = open('plant');
    expect(valueOf(host(again))).toBe('broker.test');
    await again.user.type(host(again), 'y');
    await again.user.keyboard('{Escape}');
    expect(dialog()).toBeNull();
    expect(valueOf(host(open('plant')))).toBe('broker.testy');
  });
});

describe('A pasted command', () => {
  const confirmations = [
    { field: 'ca' as const, what: '/etc/ca.pem', broker: 'h:8883', text: 'Read /etc/ca.pem for h:8883?' },
  ];
  const paste = async () => {
    const options = ConnectionOptions.parse({ ...OPTIONS, protocol: 'mqtts', host: 'h', port: 8883 });
    answer(window.engine, 'readAddress', () => ({
      ...{ kind: 'address', source: 'command', options, notes: ['-W is left out.'] },
      confirmations,
    }));
    const page = open();
    await page.user.click(host(page));
    await page.user.paste('mosquitto_sub -h h -p 8883 --cafile /etc/ca.pem -t a');
    expect(await page.findByRole('group', { name: 'Pasted command' })).toBeTruthy();
    return page;
  };

  test('fills the form, says what was left out, and reads no file unasked', async () => {
    const page = await paste();
    expect(valueOf(host(page))).toBe('h');
    expect(page.getByText('-W is left out.')).toBeTruthy();
    expect(valueOf(page.getByLabelText('CA certificate'))).toBe('');
  });

  test('is asked for its file by name: used by one button, left out by the other', async () => {
    const page = await paste();
    await page.user.click(button(page, 'Use it: /etc/ca.pem'));
    expect(valueOf(page.getByLabelText('CA certificate'))).toBe('/etc/ca.pem');
    expect(page.queryByRole('button', { name: /^Use it/ })).toBeNull();
    window.app.drafts.forget('new');
    const other = await paste();
    await other.user.click(button(other, 'Leave it out: /etc/ca.pem'));
    expect(valueOf(other.getByLabelText('CA certificate'))).toBe('');
    expect(other.queryByRole('button', { name: /^Leave it out/ })).toBeNull();
  });

  test('that cannot be read stands at the host with the reason', async () => {
    answer(window.engine, 'readAddress', () => failed('no', 'It names no host.', 'Add -h.'));
    const page = open();
    await page.user.click(host(page));
    await page.user.paste('mosquitto_sub -t a');
    await expect.poll(() => describedBy(host(page))).toBe('It names no host. Add -h.');
    expect([isInvalid(host(page)), valueOf(host(page))]).toEqual([true, 'mosquitto_sub -t a']);
  });
});

describe('A preset in the editor', () => {
  const preset = {
    ...{ id: 'hive', service: 'HiveMQ', title: 'HiveMQ Cloud', text: 'A service.', questions: [], facts: [] },
    limits: ConnectionOptions.parse(OPTIONS).serviceLimits,
  };

  test('is not offered where there is none', async () => {
    const asked = watch(window.engine, 'presets');
    const page = open();
    await expect.poll(() => asked.length).toBe(1);
    expect(page.queryByRole('button', { name: 'Use a preset…' })).toBeNull();
  });

  test('fills the form without a host being made up, and is named from then on', async () => {
    answer(window.engine, 'presets', () => ({ presets: [preset] }));
    answer(window.engine, 'applyPreset', ({ options }) => ({
      kind: 'applied',
      options: { ...options, protocol: 'mqtts', port: 8883, preset: 'hive' },
      notes: ['Enter the host of your cluster.'],
    }));
    const page = open();
    await page.user.click(await page.findByRole('button', { name: 'Use a preset…' }));
    await page.user.click(await page.findByRole('button', { name: 'Fill the form' }));
    expect(await page.findByText(/Filled by the preset HiveMQ Cloud\./)).toBeTruthy();
    expect(page.getByText('Enter the host of your cluster.')).toBeTruthy();
    expect([valueOf(host(page)), valueOf(page.getByRole('spinbutton', { name: 'Port' }))]).toEqual([
      '',
      '8883',
    ]);
  });

  test('waits until the form can be read, and says so', async () => {
    answer(window.engine, 'presets', () => ({ presets: [preset] }));
    const page = open();
    const use = await page.findByRole('button', { name: 'Use a preset…' });
    expect(isDisabled(use)).toBe(false);
    await page.user.clear(page.getByRole('spinbutton', { name: 'Port' }));
    expect(isDisabled(use)).toBe(true);
    expect(page.getByText(/Correct the fields that are wrong first/)).toBeTruthy();
  });
});
