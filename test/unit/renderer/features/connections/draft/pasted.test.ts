import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import type { Confirmation } from '../../../../../../src-main/contract/profiles/transfer.ts';
import {
  newSubscription,
  shareGroup,
  withShareGroup,
} from '../../../../../../src-renderer/features/connections/draft/draft-subscriptions.ts';
import {
  isMoreThanHost,
  isWhole,
  withConfirmed,
  withPasted,
} from '../../../../../../src-renderer/features/connections/draft/pasted.ts';
import { draftWith } from '../../../../../support/window/edited-part.tsx';

describe('A text that is pasted for a host', () => {
  test.each([
    'mqtt://h',
    'WSS://h/mqtt',
    ' mosquitto_sub -h x ',
    'C:\\mosquitto\\mosquitto_pub.exe -h x',
    'HostName=h;DeviceId=d',
    'broker.example\n1883',
  ])('says more than a host where it is %j', (text) => {
    expect(isWhole(text)).toBe(true);
  });

  test.each(['broker.example', 'broker.example:1883', '[::1]:1883', '  h  ', 'mosquitto_sub', ''])(
    'is a host where it is %j',
    (text) => {
      expect([isWhole(text), isMoreThanHost(text)]).toEqual([false, false]);
    },
  );

  test('needs to be read where it is no host, whatever it is', () => {
    expect(['a/b', 'user@h', 'mqtt://h'].map(isMoreThanHost)).toEqual([true, true, true]);
  });
});

describe('What was read of it', () => {
  const options = ConnectionOptions.parse({
    ...{ name: 'read', protocol: 'mqtts', host: 'h', port: 8883, clientId: 'c', username: 'u' },
    keepAlive: 7,
  });

  test('as an address changes where the broker is and who signs in, and nothing else', () => {
    const before = draftWith({ clientId: 'mine', keepAlive: '60', password: 'p' });
    const after = withPasted(before, { source: 'address', options });
    expect(after).toEqual({
      ...before,
      protocol: 'mqtts',
      host: 'h',
      port: '8883',
      path: '/mqtt',
      username: 'u',
    });
  });

  test('as a command is all of it, but for a name that was typed and marks of the list', () => {
    const before = draftWith({ name: 'Mine', folder: 'oslo', colour: 'red', clientId: 'mine' });
    const after = withPasted(before, { source: 'command', options });
    expect(after).toMatchObject({
      name: 'Mine',
      folder: 'oslo',
      colour: 'red',
      clientId: 'c',
      keepAlive: '7',
    });
    expect(withPasted({ ...before, name: ' ' }, { source: 'command', options }).name).toBe('read');
  });
});

test.each([
  ['password-file', { passwordFrom: { kind: 'file', path: '/x', name: '' } }],
  ['password-environment', { passwordFrom: { kind: 'environment', path: '', name: '/x' } }],
  ['ca', { tls: { ca: '/x' } }],
  ['certificate', { tls: { cert: '/x' } }],
  ['key', { tls: { key: '/x' } }],
  ['pkcs12', { tls: { pfx: '/x' } }],
] as const)('What a person allows to be used as %s goes to its own field alone.', (field, change) => {
  const before = draftWith();
  const confirmation: Confirmation = { field, what: '/x', broker: 'h', text: 'Read it?' };
  const expected =
    'tls' in change ? { ...before, tls: { ...before.tls, ...change.tls } } : { ...before, ...change };
  expect(withConfirmed(before, confirmation)).toEqual(expected);
});

test('The name of a share group holds no slash, which would end it, and takes No local back.', () => {
  const shared = withShareGroup({ ...newSubscription('a/b'), noLocal: true }, 'te/am');
  expect([shared.filter, shared.noLocal, shareGroup(shared.filter)]).toEqual([
    '$share/team/a/b',
    false,
    'team',
  ]);
  expect(withShareGroup(shared, '/').filter).toBe('$share//a/b');
  expect(withShareGroup(withShareGroup(shared, '/'), null).filter).toBe('a/b');
});
