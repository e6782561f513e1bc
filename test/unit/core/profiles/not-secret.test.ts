import { expect, test } from 'vitest';
import { NotSecret } from '../../../../src-main/contract/model/connect-fields.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { marksOfFile, queryOf } from '../../../../src-main/core/profiles/not-secret.ts';
import { readImport } from '../../../../src-main/core/profiles/import/import.ts';

const parse = (more: object): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'x', protocol: 'wss', host: 'h', port: 443, ...more });

test('A query is its parameters in their order, with names as they are meant.', () => {
  expect(queryOf('/mqtt?a=1&%74oken=x%3D=y&b+c=&bare&=v&%E0=z')).toEqual([
    { text: 'a=1', name: 'a', value: '1' },
    { text: '%74oken=x%3D=y', name: 'token', value: 'x%3D=y' },
    { text: 'b+c=', name: 'b c', value: '' },
    { text: 'bare', name: 'bare', value: 'bare' },
    { text: '=v', name: '', value: 'v' },
    { text: '%E0=z', name: '%E0', value: 'z' },
  ]);
  expect(queryOf('/mqtt')).toEqual([]);
});

test('A file may say of its values that they are no secrets, but not of what is entered later.', () => {
  const notSecret = {
    username: true,
    proxyUsername: true,
    headers: ['origin', 'x-tenant', 'x-empty', 'x-absent', 'authorization'],
    query: ['tenant', 'empty', 'absent', 'token', 'api-key'],
  };
  const headers = [
    { name: 'X-Tenant', value: 'north' },
    { name: 'X-Empty', value: '' },
    { name: 'Authorization', value: 'Bearer x' },
  ];
  const options = parse({ notSecret, headers, path: '/?tenant=n&empty=&%74oken=x&api%2Dkey=y' });
  expect(marksOfFile(options).notSecret).toEqual({
    username: false,
    proxyUsername: false,
    headers: ['origin', 'x-tenant'],
    query: ['tenant'],
  });
  const named = parse({
    notSecret,
    username: 'u',
    proxy: { kind: 'http', host: 'p', port: 1, username: 'p' },
  });
  expect(marksOfFile(named).notSecret).toMatchObject({ username: true, proxyUsername: true });
  expect(marksOfFile(parse({})).notSecret).toEqual(NotSecret.parse({}));
});

test('An import of our own file cannot have a token entered later saved in plain.', () => {
  const options = { name: 'a', protocol: 'wss', host: 'h', port: 1, path: '/?token=' };
  const notSecret = { username: true, headers: ['authorization'], query: ['token'] };
  const file = {
    format: 'topicscope-profiles',
    version: 1,
    profiles: [{ options: { ...options, notSecret } }],
  };
  const read = readImport(JSON.stringify(file));
  if (read.kind !== 'imported') throw new Error(read.kind);
  expect(read.imported.profiles[0]?.options.notSecret).toMatchObject({
    username: false,
    headers: [],
    query: [],
  });
});
