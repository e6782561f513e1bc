import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import type { Preset, PresetQuestion } from '../../../../../../src-main/contract/profiles/transfer.ts';
import {
  draftOf,
  emptyOptions,
} from '../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import {
  isMoreThanHost,
  isWhole,
  withConfirmed,
  withPasted,
} from '../../../../../../src-renderer/features/connections/draft/pasted.ts';
import {
  answerErrors,
  byService,
  firstAnswers,
} from '../../../../../../src-renderer/features/connections/presets/presets.ts';
import {
  isUsable,
  passphraseErrors,
  passphraseStrength,
} from '../../../../../../src-renderer/ui/controls/passphrase.ts';

const options = (part: object) =>
  ConnectionOptions.parse({ name: 'read', protocol: 'mqtts', host: 'h.example', port: 8883, ...part });

describe('what is pasted into the form', () => {
  test('addresses and mosquitto commands are whole connections, a host name is not', () => {
    expect(['mqtt://h', ' wss://h/x'].every(isWhole)).toBe(true);
    expect(
      ['mosquitto_sub -h x', '/usr/bin/mosquitto_pub -t a', 'C:\\m\\mosquitto_sub.exe -h x'].every(isWhole),
    ).toBe(true);
    expect(
      [
        'HostName=h;DeviceId=d;SharedAccessKey=k',
        'URL: h\nPort: 8883',
        "docker exec b mosquitto_sub -t '#'",
      ].every(isWhole),
    ).toBe(true);
    expect(
      ['broker.example', 'broker.example:1884', ' broker\n', 'mosquitto', 'mosquitto_sub.example'].some(
        isWhole,
      ),
    ).toBe(false);
  });

  test('what is left in the field of the host is taken apart by the engine unless it is a host', () => {
    expect(['broker/mqtt', 'ann@broker', 'a b', '[::1', 'x;y', 'mqtt://h'].every(isMoreThanHost)).toBe(true);
    expect(['', '  ', 'broker', 'broker:1884', '[::1]:1', '::1%lo'].some(isMoreThanHost)).toBe(false);
  });

  test('a command says everything, an address leaves what it does not say; a name that was given stays', () => {
    const draft = { ...draftOf(emptyOptions()), name: 'Mine', clientId: 'typed', folder: 'Oslo' };
    const read = options({ clientId: 'from-command', username: 'ops' });
    expect(withPasted(draft, { source: 'command', options: read })).toMatchObject({
      name: 'Mine',
      clientId: 'from-command',
      folder: 'Oslo',
      username: 'ops',
    });
    expect(withPasted(draft, { source: 'address', options: read })).toMatchObject({
      name: 'Mine',
      clientId: 'typed',
    });
  });

  test('files and variables come into the form only by their confirmation, each into its field', () => {
    const draft = draftOf(emptyOptions());
    const confirm = (field: Parameters<typeof withConfirmed>[1]['field']) =>
      withConfirmed(draft, { field, what: 'X', broker: 'h', text: '' });
    expect(confirm('password-file').passwordFrom).toMatchObject({ kind: 'file', path: 'X' });
    expect(confirm('password-environment').passwordFrom).toMatchObject({ kind: 'environment', name: 'X' });
    expect(confirm('ca').tls.ca).toBe('X');
    expect(confirm('certificate').tls.cert).toBe('X');
    expect(confirm('key').tls.key).toBe('X');
    expect(confirm('pkcs12').tls.pfx).toBe('X');
  });
});

const question = (part: Partial<PresetQuestion>): PresetQuestion => ({
  id: 'q',
  label: 'Q',
  hint: '',
  example: '',
  input: 'text',
  choices: [],
  required: false,
  initial: '',
  pattern: null,
  rule: '',
  ...part,
});
const preset = (service: string, questions: PresetQuestion[] = []): Preset => ({
  id: service,
  service,
  title: service,
  text: '',
  questions,
  limits: { ...emptyOptions().serviceLimits },
  facts: [],
});

describe('presets', () => {
  test('those of one service stand together, in the order given', () => {
    const all = [preset('AWS'), preset('EMQX'), { ...preset('AWS'), id: 'AWS 2' }];
    expect(byService(all).map(([service, group]) => [service, group.length])).toEqual([
      ['AWS', 2],
      ['EMQX', 1],
    ]);
  });

  test('a question is judged by its rule as a whole, and only where there is an answer or must be one', () => {
    const asked = preset('AWS', [
      question({ id: 'region', required: true }),
      question({ id: 'host', pattern: '[a-z]+|[0-9]+', rule: 'Letters or digits.' }),
    ]);
    expect(answerErrors(asked, {})).toEqual({ region: 'This is needed.' });
    expect(answerErrors(asked, { region: 'x', host: 'abc!' })).toEqual({ host: 'Letters or digits.' });
    expect(answerErrors(asked, { region: 'x', host: '42' })).toEqual({});
  });

  test('a choice begins with its first value where nothing else is said', () => {
    const choices = [
      { value: 'a', label: 'A' },
      { value: 'b', label: 'B' },
    ];
    const asked = preset('AWS', [
      question({ id: 'one', input: 'choice', choices }),
      question({ id: 'two', input: 'choice', choices, initial: 'b' }),
    ]);
    expect(firstAnswers(asked)).toEqual({ one: 'a', two: 'b' });
  });
});

describe('a new passphrase', () => {
  test('is long enough and typed twice alike', () => {
    expect(passphraseErrors({ first: 'short', second: 'short' })).toHaveProperty('first');
    expect(passphraseErrors({ first: 'long enough', second: 'long enaugh' })).toHaveProperty('second');
    expect(isUsable({ first: 'long enough', second: 'long enough' })).toBe(true);
  });

  test('is called weak while it is short or repeats itself, and strong when it is neither', () => {
    expect(passphraseStrength('aaaaaaaaaaaaaaaaaaaa').tone).toBe('warn');
    expect(passphraseStrength('passwort').tone).toBe('warn');
    expect(passphraseStrength('copper lantern ninety walrus').words).toContain('Strong');
  });
});
