import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { PayloadToOpen } from '../../../../src-main/engine/base/ports.ts';
import { OpenedPayloads, type OpenPayloadPorts } from '../../../../src-main/engine/decoding/open-payload.ts';
import { newFolder } from '../../../support/engine/open-engine.ts';
import { teardown } from '../../../support/teardown.ts';
import { opened, type Message } from './opened.ts';

afterEach(teardown);

const AT = Date.UTC(2026, 10, 20, 14, 3, 7);
const connection = ConnectionId.parse('11111111-1111-4111-8111-111111111111');
const utf8 = (text: string) => new TextEncoder().encode(text);

interface Setting {
  readonly answers?: readonly (boolean | Promise<boolean>)[];
  readonly problem?: string;
  readonly tempDir?: string;
  readonly without?: 'prompt' | 'opener';
}

function open(messages: Readonly<Record<string, Message>>, setting: Setting = {}) {
  const { answers = [true], problem = '', tempDir = newFolder(), without } = setting;
  const asked: PayloadToOpen[] = [];
  const paths: string[] = [];
  const left = [...answers];
  const { ports } = opened(messages);
  const all: OpenPayloadPorts = {
    worker: (id) => {
      const worker = ports.worker(id);
      const call = async (name: string, params: object) => {
        const answer = (await (worker.call as (...of: unknown[]) => Promise<object>)(name, params)) as {
          meta?: object;
        };
        return answer.meta === undefined ? answer : { ...answer, meta: { ...answer.meta, at: AT } };
      };
      return { call } as unknown as ReturnType<OpenPayloadPorts['worker']>;
    },
    separatorOf: () => '/',
    prompt:
      without === 'prompt'
        ? null
        : {
            confirmExport: () => Promise.resolve(false),
            confirmFiles: () => Promise.resolve(false),
            confirmOpen: async (payload) => {
              asked.push(payload);
              return (await left.shift()) ?? true;
            },
          },
    opener:
      without === 'opener'
        ? null
        : {
            tempDir,
            open: (path) => {
              paths.push(path);
              return Promise.resolve(problem);
            },
          },
  };
  const payloads = new OpenedPayloads(all);
  const { openPayload } = payloads.handlers();
  const ask = (key: string) =>
    Promise.resolve(openPayload({ connection, key: key as never, which: 'latest' }));
  return { ask, payloads, asked, paths, tempDir };
}

describe('A payload that is opened in another program', () => {
  test('is asked for by name and size, written byte for byte where only this account reads, and handed on', async () => {
    const payload = utf8('{"t":71.40,"id":90071992547409931}\r\n');
    const { ask, asked, paths, tempDir } = open({ 'plant/telemetry': { payload } });
    const answer = await ask('plant/telemetry');
    expect(asked).toEqual([
      {
        file: expect.stringMatching(/^telemetry 2026-11-20 .*\.json$/),
        topic: 'plant/telemetry',
        bytes: payload.length,
        size: payload.length,
      },
    ]);
    expect(answer).toEqual({
      kind: 'opened',
      file: asked[0]?.file,
      bytes: payload.length,
      size: payload.length,
    });
    const [path = ''] = paths;
    expect(new Uint8Array(readFileSync(path))).toEqual(payload);
    expect(dirname(dirname(path))).toBe(tempDir);
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(path)).mode & 0o077).toBe(0);
    }
  });

  test('is no file before the person has said so, and none where the answer is no', async () => {
    const { ask, paths, tempDir } = open({ a: { payload: utf8('x') } }, { answers: [false] });
    expect(await ask('a')).toEqual({ kind: 'cancelled' });
    expect([paths, readdirSync(tempDir)]).toEqual([[], []]);
  });

  test('is refused without a question where it could run something, is gone, or is too much', async () => {
    const big = { payload: new Uint8Array(67_108_865).fill(0x61) };
    const { ask, asked, tempDir } = open({ svg: { payload: utf8('<svg/>') }, big });
    expect(await ask('svg')).toMatchObject({
      code: 'not-openable',
      message: expect.stringContaining('browser'),
    });
    expect(await ask('svg')).toMatchObject({ advice: expect.stringContaining('Save the payload') });
    expect(await ask('nowhere')).toMatchObject({ code: 'gone' });
    expect(await ask('big')).toMatchObject({ code: 'too-large' });
    expect([asked, readdirSync(tempDir)]).toEqual([[], []]);
  });

  test.each(['prompt', 'opener'] as const)('is refused where the host has no %s', async (without) => {
    const { ask } = open({ a: { payload: utf8('x') } }, { without });
    expect(await ask('a')).toMatchObject({ kind: 'failed', code: 'no-other-programs' });
  });

  test('says how much of it was kept', async () => {
    const { ask, asked } = open({ a: { payload: utf8('half'), size: 8 } });
    expect(await ask('a')).toMatchObject({ kind: 'opened', bytes: 4, size: 8 });
    expect(asked[0]).toMatchObject({ bytes: 4, size: 8 });
  });

  test.each([
    '../../etc/passwd',
    '..',
    'a\u202egpj.exe',
    'con',
    '-rf',
    '$(x)',
    'a\nb',
    '\0\\xff/x',
    'x'.repeat(5_000),
  ])('has a harmless name, whatever the topic is called: %j', async (key) => {
    const { ask, paths } = open({ [key]: { payload: utf8('x') } });
    expect(await ask(key)).toMatchObject({ kind: 'opened' });
    expect(basename(paths[0] ?? '')).toMatch(/^1 [\p{L}\p{N}._-]{1,60} 2026-11-20 \d\d\.\d\d\.\d\d\.txt$/u);
  });

  test('may be opened twice, and is asked about one at a time', async () => {
    let answer: (isYes: boolean) => void = () => undefined;
    const first = new Promise<boolean>((resolve) => (answer = resolve));
    const { ask, paths } = open({ a: { payload: utf8('x') } }, { answers: [first, true] });
    const opening = ask('a');
    expect(await ask('a')).toMatchObject({ code: 'busy' });
    answer(true);
    expect(await opening).toMatchObject({ kind: 'opened' });
    expect(await ask('a')).toMatchObject({ kind: 'opened' });
    expect(new Set(paths).size).toBe(2);
  });

  test('reports why the system refused, and what the disk did', async () => {
    const { ask } = open({ a: { payload: utf8('x') } }, { problem: 'No application is associated' });
    expect(await ask('a')).toMatchObject({
      code: 'not-opened',
      message: 'Not opened: No application is associated',
    });
    const nowhere = open({ a: { payload: utf8('x') } }, { tempDir: '/nowhere/at/all' });
    expect(await nowhere.ask('a')).toMatchObject({
      code: 'not-opened',
      message: expect.stringContaining('ENOENT'),
    });
  });

  test('is gone when the program ends', async () => {
    const { ask, payloads, tempDir } = open({ a: { payload: utf8('x') } });
    await ask('a');
    expect(readdirSync(tempDir)).toHaveLength(1);
    await payloads.close();
    await payloads.close();
    expect(readdirSync(tempDir)).toEqual([]);
  });
});
