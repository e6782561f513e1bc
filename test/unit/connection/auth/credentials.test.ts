import { expect, test } from 'vitest';
import { authenticatorFor } from '../../../../src-main/connection/auth/authenticator.ts';
import { readPassword } from '../../../../src-main/connection/auth/credentials.ts';
import { DialError } from '../../../../src-main/connection/base/dial-error.ts';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const files = (contents: Record<string, string>, environment: Record<string, string> = {}) => ({
  readFile: (path: string) => {
    const text = contents[path];
    if (text === undefined) return Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' }));
    return Promise.resolve(bytes(text));
  },
  environment: (name: string) => environment[name] ?? null,
});
const read = async (
  from: Parameters<typeof readPassword>[0]['passwordFrom'],
  ports: Parameters<typeof readPassword>[1],
): Promise<string | null> => {
  const password = await readPassword({ password: 'typed', passwordFrom: from }, ports);
  return password && new TextDecoder().decode(password);
};
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof DialError ? error.ending : error),
  );

test('A password is what was typed, a file without the line break at its end, or a variable.', async () => {
  const ports = files({ a: 'p w\n', b: 'pw\r\n', c: 'pw\n\n', d: ' pw' }, { MQTT_PW: 'pw\n' });
  expect(await read({ kind: 'text' }, ports)).toBe('typed');
  expect(await read({ kind: 'file', path: 'a' }, ports)).toBe('p w');
  expect(await read({ kind: 'file', path: 'b' }, ports)).toBe('pw');
  expect(await read({ kind: 'file', path: 'c' }, ports)).toBe('pw\n');
  expect(await read({ kind: 'file', path: 'd' }, ports)).toBe(' pw');
  expect(await read({ kind: 'environment', name: 'MQTT_PW' }, ports)).toBe('pw\n');
  expect(await readPassword({ password: null, passwordFrom: { kind: 'text' } }, ports)).toBeNull();
});

test('A file is named with its path when it is missing, empty or too long, and never quoted.', async () => {
  const ports = files({ '/run/empty': '\n', '/run/long': 'hunter2'.repeat(10_000) });
  for (const path of ['/run/none', '/run/empty', '/run/long']) {
    const ending = await failure(read({ kind: 'file', path }, ports));
    expect(ending).toMatchObject({ retry: 'never' });
    const reported = JSON.stringify(ending);
    expect(reported).toContain(path);
    expect(reported).not.toContain('hunter2');
  }
});

test('A variable that is not set or empty is named.', async () => {
  for (const name of ['NOT_SET', 'EMPTY']) {
    const ending = await failure(read({ kind: 'environment', name }, files({}, { EMPTY: '' })));
    expect(ending).toMatchObject({ failure: { code: 'password-environment' }, retry: 'never' });
    expect(JSON.stringify(ending)).toContain(name);
  }
});

test('A window in a browser reads no file outside its folder, and only variables made for it.', async () => {
  process.env['TOPICSCOPE_PASSWORD_TEST'] = 'pw';
  process.env['SOMETHING_ELSE'] = 'hunter2';
  const ports = systemPorts(() => 0, { kind: 'none' });
  expect(await read({ kind: 'environment', name: 'TOPICSCOPE_PASSWORD_TEST' }, ports)).toBe('pw');
  const other = await failure(read({ kind: 'environment', name: 'SOMETHING_ELSE' }, ports));
  expect(other).toMatchObject({ failure: { code: 'password-environment' } });
  const file = await failure(read({ kind: 'file', path: '/etc/hostname' }, ports));
  expect(JSON.stringify(file)).toContain('--allow-files');
  const desktop = systemPorts(() => 0);
  expect(await read({ kind: 'environment', name: 'SOMETHING_ELSE' }, desktop)).toBe('hunter2');
});

test.each([
  ['', null],
  ['ann', null],
  ['', 'secret'],
  [null, 'secret'],
] as const)(
  'A login by SCRAM as “%s” with the password %s lacks one of them, and says which.',
  (username, password) => {
    const options = ConnectionOptions.parse({
      name: '',
      protocol: 'mqtt',
      host: 'h',
      port: 1,
      username,
      authentication: 'SCRAM-SHA-256',
    });
    const found = authenticatorFor(options, password === null ? null : bytes(password));
    expect(found).toMatchObject({ kind: 'failed', code: 'scram-credentials' });
    if (found !== null && 'kind' in found)
      expect(found.message).toContain(password === null ? 'no password' : 'no username');
    expect(authenticatorFor({ ...options, authentication: 'none' }, null)).toBeNull();
  },
);
