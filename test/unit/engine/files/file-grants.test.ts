import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { NamedFile, NativePrompt } from '../../../../src-main/engine/base/ports.ts';
import { FileGrants } from '../../../../src-main/engine/files/file-grants.ts';

const NOTHING = { kind: 'granted', paths: [], variables: [] } as const;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-grants-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const options = (more: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'x', protocol: 'mqtts', host: 'broker.example', port: 8883, ...more });
const file = (path: string): object => ({ passwordFrom: { kind: 'file', path } });

function promptThat(answer: boolean) {
  const asked: { files: readonly NamedFile[]; to: string }[] = [];
  const prompt: NativePrompt = {
    confirmExport: () => Promise.resolve(false),
    confirmOpen: () => Promise.resolve(false),
    confirmFiles: (files, to) => {
      asked.push({ files: files.map(({ as, name }) => ({ as, name })), to });
      return Promise.resolve(answer);
    },
  };
  return { asked, prompt };
}

async function open(prompt: NativePrompt | null, saved: ConnectionOptions[] = []): Promise<FileGrants> {
  const grants = new FileGrants({ dataDir: dir, files: NOTHING, prompt, now: () => 0 });
  await grants.load(saved);
  return grants;
}

test('What a person has given is read, is remembered, and is asked for once.', async () => {
  const { asked, prompt } = promptThat(true);
  const grants = await open(prompt);
  const wanted = options({
    passwordFrom: { kind: 'environment', name: 'PW' },
    tls: { ca: ' /ca.pem ', cert: '-----BEGIN CERTIFICATE-----', key: '/k.pem', pfx: 'base64:AAAA' },
  });
  expect(grants.accessFor(wanted)).toEqual(NOTHING);
  expect(await grants.allow(wanted)).toBeNull();
  expect(asked).toEqual([
    {
      files: [
        { as: 'variable', name: 'PW' },
        { as: 'ca', name: '/ca.pem' },
        { as: 'key', name: '/k.pem' },
      ],
      to: 'mqtts://broker.example:8883',
    },
  ]);
  const given = { kind: 'granted', paths: ['/ca.pem', '/k.pem'], variables: ['PW'] };
  expect(grants.accessFor(wanted)).toEqual(given);
  const again = await open(null);
  expect(await again.allow(wanted)).toBeNull();
  expect(again.accessFor(wanted)).toEqual(given);
});

test.each([
  ['to another host', { ...file('/given'), host: 'evil.example' }],
  ['through a proxy', { ...file('/given'), proxy: { kind: 'http', host: 'p', port: 1 } }],
  ['without the checks of the certificate', { ...file('/given'), tls: { verify: false } }],
  ['as a certificate', { tls: { ca: '/given' } }],
  ['as a password and as a key', { ...file('/given'), tls: { key: '/given' } }],
  ['by another name of it', file('/./given')],
])('What was given goes nowhere else: not %s.', async (_, other) => {
  const grants = await open(promptThat(true).prompt);
  await grants.allow(options(file('/given')));
  expect(grants.accessFor(options(file('/given'))).kind === 'granted').toBe(true);
  const again = await open(promptThat(false).prompt);
  expect(again.accessFor(options(other))).toEqual(NOTHING);
  expect(await again.allow(options(other))).toMatchObject({ code: 'file-not-given' });
});

test('What is refused is not read, and the answer is the same whether it exists or not.', async () => {
  await writeFile(join(dir, 'secret'), 'hunter2');
  const answers = [];
  for (const path of [join(dir, 'secret'), join(dir, 'missing'), dir]) {
    const { asked, prompt } = promptThat(false);
    const grants = await open(prompt);
    const access = grants.accessFor(options(file(path)));
    const read = systemPorts(() => 0, access).readFile(path);
    answers.push([
      await grants.allow(options(file(path))),
      await read.catch((error: unknown) => String(error)),
    ]);
    expect(asked).toHaveLength(1);
  }
  expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(answers[0]).toMatchObject([{ code: 'file-not-given' }, 'Error: This was not given.']);
  expect(() => systemPorts(() => 0, NOTHING).environment('HOME')).toThrow('not given');
});

test('What was saved before there were grants goes on, and is taken over once.', async () => {
  const first = await open(null, [options(file('/old'))]);
  expect(first.accessFor(options(file('/old')))).toMatchObject({ paths: ['/old'] });
  const second = await open(null, [options(file('/old')), options(file('/new'))]);
  expect(second.accessFor(options(file('/old')))).toMatchObject({ paths: ['/old'] });
  expect(second.accessFor(options(file('/new')))).toEqual(NOTHING);
  await writeFile(join(dir, 'grants.json'), 'broken');
  const third = await open(null, [options(file('/new'))]);
  expect(third.accessFor(options(file('/new')))).toEqual(NOTHING);
});

test('Other hosts have their own rule, and no file of grants.', async () => {
  const { asked, prompt } = promptThat(true);
  const grants = new FileGrants({ dataDir: dir, files: { kind: 'none' }, prompt, now: () => 0 });
  await grants.load([options(file('/old'))]);
  expect(await grants.allow(options(file('/x')))).toBeNull();
  expect(grants.accessFor(options(file('/x')))).toEqual({ kind: 'none' });
  expect(asked).toEqual([]);
  await expect(readFile(join(dir, 'grants.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});
