// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Profile } from '../../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../../src-main/contract/profiles/profiles.ts';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { GeneralSection } from '../../../../../../../src-renderer/features/connections/editor/sections/general-section.tsx';
import { teardown } from '../../../../../../support/teardown.ts';
import { draftWith, editPart } from '../../../../../../support/window/edited-part.tsx';
import { fakeApp, type FakeApp } from '../../../../../../support/window/fake-app.ts';
import {
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  valueOf,
} from '../../../../../../support/window/live.ts';

let window: FakeApp;
/** Texts that were given to be read as a whole address. */
let addresses: string[] = [];

beforeEach(() => {
  window = fakeApp();
  addresses = [];
});
afterEach(teardown);

const edit = (draft: Partial<Draft> = {}) =>
  editPart(
    window.app,
    (props) => <GeneralSection {...props} hostInput={null} onAddress={(text) => addresses.push(text)} />,
    { draft },
  );
const host = (page: ReturnType<typeof edit>) => page.getByRole('textbox', { name: 'Host' });
const port = (page: ReturnType<typeof edit>) => page.getByRole('spinbutton', { name: 'Port' });
const protocol = (page: ReturnType<typeof edit>) => page.getByRole('combobox', { name: 'Protocol' });

describe('Where the broker is', () => {
  test.each([
    ['mqtts', '8883'],
    ['ws', '80'],
    ['wss', '443'],
  ] as const)('has with %s its usual port, unless one was chosen by hand', async (name, usual) => {
    const page = edit();
    await page.user.selectOptions(protocol(page), name);
    expect([page.draft().protocol, page.draft().port]).toEqual([name, usual]);
    const chosen = edit({ port: '1999' });
    await chosen.user.selectOptions(protocol(chosen), name);
    expect(chosen.draft().port).toBe('1999');
  });

  test('has the protocols and versions a person chooses from, by their names', () => {
    const page = edit();
    const options = (select: HTMLElement) =>
      [...select.querySelectorAll('option')].map(({ textContent }) => textContent);
    expect(options(protocol(page))).toEqual(['mqtt', 'mqtts', 'ws', 'wss', 'unix']);
    expect(options(page.getByRole('combobox', { name: 'MQTT version' })).slice(1)).toEqual([
      '5',
      '3.1.1',
      '3.1',
    ]);
  });

  test('has no port with a socket of this computer, and a path in place of the host', async () => {
    const page = edit({ port: 'x' });
    await page.user.selectOptions(protocol(page), 'unix');
    expect([
      isDisabled(port(page)),
      valueOf(port(page)),
      describedBy(port(page)),
      isInvalid(port(page)),
    ]).toEqual([true, '', 'A socket has none.', false]);
    expect(describedBy(host(page))).toContain('Unix socket');
    await page.user.selectOptions(protocol(page), 'mqtt');
    expect(valueOf(port(page))).toBe('x');
  });

  test.each(['0', '65536', '1.5', 'x'])(
    'says at the port that it cannot be %s, as soon as it is typed',
    async (text) => {
      const page = edit();
      await page.user.clear(port(page));
      await page.user.type(port(page), text);
      expect([isInvalid(port(page)), valueOf(port(page))]).toEqual([true, text]);
      expect(describedBy(port(page))).toContain('from 1 to 65535');
    },
  );

  test('says at the host that it is missing once it was left, and not before', async () => {
    const page = edit({ host: '' });
    await page.user.click(host(page));
    expect(isInvalid(host(page))).toBe(false);
    await page.user.tab();
    expect(isInvalid(host(page))).toBe(true);
    expect(addresses).toEqual([]);
  });

  test('is taken apart where a port stands behind the host', async () => {
    const page = edit({ host: '' });
    await page.user.type(host(page), 'broker.example:1999');
    await page.user.tab();
    expect([page.draft().host, page.draft().port, addresses]).toEqual(['broker.example', '1999', []]);
  });
});

describe('A whole address in the field of the host', () => {
  test.each([
    ['mqtts://u:p@h:1', 'mqtts://u:p@h:1'],
    ['  mosquitto_sub -h x -t y ', 'mosquitto_sub -h x -t y'],
  ])('that is pasted as %j is read at once and does not stand there', async (text, read) => {
    const page = edit({ host: '' });
    await page.user.click(host(page));
    await page.user.paste(text);
    expect([addresses, page.draft().host]).toEqual([[read], '']);
  });

  test('that is a name alone is pasted as it is', async () => {
    const page = edit({ host: '' });
    await page.user.click(host(page));
    await page.user.paste('broker.example');
    expect([addresses, page.draft().host]).toEqual([[], 'broker.example']);
  });

  test('that was typed is read when the field is left', async () => {
    const page = edit({ host: '' });
    await page.user.type(host(page), 'mqtt://h/x');
    expect(addresses).toEqual([]);
    await page.user.tab();
    expect(addresses).toEqual(['mqtt://h/x']);
  });

  test('is a path with a socket, and is never read', async () => {
    const page = edit({ host: '', protocol: 'unix' });
    await page.user.type(host(page), '/run/a b');
    await page.user.tab();
    expect([addresses, page.draft().host]).toEqual([[], '/run/a b']);
  });
});

describe('A WebSocket', () => {
  test('has a path and a sub-protocol, and nothing else has', () => {
    expect(edit().queryByRole('textbox', { name: 'Path' })).toBeNull();
    const page = edit({ protocol: 'ws' });
    expect(page.getByRole('textbox', { name: 'Path' })).toBeTruthy();
    expect(describedBy(page.getByRole('textbox', { name: 'Sub-protocol' }))).toBe('');
    expect(
      describedBy(edit({ protocol: 'ws', subprotocol: '' }).getByRole('textbox', { name: 'Sub-protocol' })),
    ).toContain('most brokers want mqtt');
  });

  test('marks values of its path one by one, and keeps the others secret', async () => {
    const page = edit({ protocol: 'wss', path: '/mqtt?tenant=north&token=abc' });
    const group = page.getByRole('group', { name: 'Values in the path' });
    expect([...group.querySelectorAll('label')].map(({ textContent }) => textContent)).toEqual([
      'Not secret: tenant',
      'Not secret: token',
    ]);
    const box = page.getByRole('checkbox', { name: 'Not secret: tenant' });
    await page.user.click(box);
    expect(page.draft().notSecret.query).toContain('tenant');
    expect([isChecked(box), isChecked(page.getByRole('checkbox', { name: 'Not secret: token' }))]).toEqual([
      true,
      false,
    ]);
    await page.user.click(box);
    expect(page.draft().notSecret.query).not.toContain('tenant');
  });

  test('shows dots for a saved value in its path, which stays while the rest is typed', async () => {
    const kept = keptSecret('path.query.0');
    const page = edit({ protocol: 'wss', path: `/m?token=${kept}` });
    const path = page.getByRole('textbox', { name: 'Path' });
    expect(valueOf(path)).toBe('/m?token=••••••••');
    await page.user.type(path, '&a=1');
    expect(page.draft().path).toBe(`/m?token=${kept}&a=1`);
    expect(document.body.innerHTML).not.toContain(kept);
  });

  test('says that a saved value was cut once some of its dots are gone', async () => {
    const page = edit({ protocol: 'wss', path: `/m?token=${keptSecret('path.query.0')}` });
    const path = page.getByRole('textbox', { name: 'Path' });
    await page.user.type(path, '{Backspace}');
    await page.user.tab();
    expect([isInvalid(path), describedBy(path)]).toEqual([
      true,
      expect.stringContaining('The saved value was cut'),
    ]);
  });

  test('says beside its path how secrets are kept, while there is one in it', async () => {
    const page = edit({ protocol: 'wss', path: '/m?token=abc' });
    expect(await page.findByText(/^Secrets are kept in memory only/)).toBeTruthy();
    await page.user.click(page.getByRole('checkbox', { name: 'Not secret: token' }));
    expect(page.queryByText(/^Secrets are kept in memory only/)).toBeNull();
  });
});

describe('What a profile is called and where it stands', () => {
  test.each([
    ['Name', 'name', 'Press 3'],
    ['Folder', 'folder', 'customers/oslo'],
  ] as const)('has a field "%s" that writes to its own and no other', async (name, field, text) => {
    const page = edit({ name: '' });
    await page.user.type(page.getByLabelText(name), text);
    expect(page.draft()).toEqual(draftWith({ name: '', [field]: text }));
  });

  test('offers each folder there is once, and no empty one', async () => {
    const at = (id: string, folder: string) =>
      Profile.parse({ id, folder, options: { name: id, protocol: 'mqtt', host: 'h', port: 1883 } });
    window.engine.profiles.set([at('a', 'oslo'), at('b', ''), at('c', 'oslo'), at('d', 'bergen')]);
    await expect.poll(() => window.app.profiles.store.getState().profiles.length).toBe(4);
    edit();
    expect([...document.querySelectorAll('datalist option')].map(({ textContent }) => textContent)).toEqual([
      'oslo',
      'bergen',
    ]);
  });

  test('says what the colour of production brings', async () => {
    const page = edit();
    const colour = page.getByRole('combobox', { name: 'Colour' });
    expect(describedBy(colour)).toBe('');
    await page.user.selectOptions(colour, 'red');
    expect([page.draft().colour, describedBy(colour)]).toEqual([
      'red',
      'Publishing and clearing ask once more.',
    ]);
  });

  test('connects at start by a box', async () => {
    const page = edit();
    await page.user.click(page.getByRole('checkbox', { name: 'Connect when Topicscope starts' }));
    expect(page.draft()).toEqual(draftWith({ autoConnect: true }));
  });
});
