import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { Settings } from '../../../../src-main/contract/model/settings.ts';
import { AppLog } from '../../../../src-main/engine/base/app-log.ts';
import type { EnginePorts } from '../../../../src-main/engine/base/ports.ts';
import type { LiveConnection } from '../../../../src-main/engine/connections/live-connection.ts';
import { OpenConnections } from '../../../../src-main/engine/connections/open-connections.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

// A thread that ends when it is asked anything: the connections are counted here, and not used.
const SILENT = new URL(
  `data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.once('message', () => process.exit());`,
);
const options = ConnectionOptions.parse({ name: 'a', protocol: 'mqtt', host: '127.0.0.1', port: 1 });
let demosStarted = 0;
let demosEnded = 0;

beforeEach(() => {
  demosStarted = demosEnded = 0;
});

function connections(startDemo?: EnginePorts['startDemo']): OpenConnections {
  const made = new OpenConnections({
    engine: {
      host: 'server',
      version: '',
      platform: 'test',
      dataDir: '/nowhere',
      workerUrl: SILENT,
      decoderUrl: SILENT,
      keychain: null,
      prompt: null,
      opener: null,
      readable: false,
      files: { kind: 'none' },
      startDemo:
        startDemo ??
        (() => {
          demosStarted++;
          return Promise.resolve({
            options,
            close: () => {
              demosEnded++;
              return Promise.resolve();
            },
          });
        }),
      checkForUpdates: null,
      clock: { now: () => 0, after: () => () => undefined },
      random: () => 0.5,
      log: () => undefined,
      totalMemory: 2 ** 33,
    },
    log: new AppLog(() => 0),
    settings: () => Settings.parse({}),
    filesFor: () => ({ kind: 'none' }),
  });
  onTeardown(() => made.shutdown(1));
  return made;
}

describe('Connections that are open', () => {
  test('are found by their id until they are closed', async () => {
    const open = connections();
    const id = open.open(options);
    expect(open.find(id)?.summary.value.id).toBe(id);
    expect([...open].map(({ summary }) => summary.value.id)).toEqual([id]);
    await open.close(id);
    expect(open.find(id)).toBeNull();
    expect(() => open.get(id)).toThrow('This connection was closed.');
  });

  test('are listed as they are opened, and known by their profile', () => {
    const open = connections();
    const reported: LiveConnection[] = [];
    open.onOpen = (live) => reported.push(live);
    const id = open.open(options, 'profile-1');
    expect(reported).toEqual([open.find(id)]);
    expect(open.isOpen('profile-1')).toBe(true);
    expect(open.isOpen('profile-2')).toBe(false);
  });

  test('are refused where the address is none', () => {
    const refused = connections().openChecked({ ...options, host: 'HostName=a;DeviceId=b' }, null);
    expect(refused.kind).toBe('failed');
  });

  test('share one demo broker, which ends with the last of them', async () => {
    const open = connections();
    const first = await open.openDemo();
    expect(await open.openDemo()).toBe(first);
    expect([demosStarted, demosEnded]).toEqual([1, 0]);
    if (typeof first !== 'string') throw new Error(first.message);
    await open.close(first);
    expect(demosEnded).toBe(1);
    await open.openDemo();
    expect(demosStarted).toBe(2);
  });

  test('are not begun by a demo broker that comes when the program ends, and it ends too', async () => {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    let ended = 0;
    const open = connections(async () => {
      await begun;
      return { options, close: async () => void ended++ };
    });
    const opening = open.openDemo();
    const ending = open.shutdown(1);
    begin();
    expect(await opening).toMatchObject({ code: 'demo-failed' });
    await ending;
    expect([[...open].length, ended]).toEqual([0, 1]);
  });

  test('say why the demo broker did not start, and try again when asked again', async () => {
    let fails = true;
    const open = connections(() =>
      fails
        ? Promise.reject(new Error('no port is free'))
        : Promise.resolve({ options, close: () => Promise.resolve() }),
    );
    expect(await open.openDemo()).toMatchObject({
      code: 'demo-failed',
      message: 'The demo broker could not be started: no port is free.',
    });
    fails = false;
    expect(typeof (await open.openDemo())).toBe('string');
  });
});
