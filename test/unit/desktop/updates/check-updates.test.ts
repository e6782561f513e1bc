import type { MessageBoxOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { UpdateCheck, type UpdatePorts } from '../../../../src-main/desktop/updates/check-updates.ts';
import type { UpdateFound, Updater } from '../../../../src-main/desktop/updates/updater.ts';

const NOW = Date.parse('2026-11-28');

interface Answer {
  readonly found?: UpdateFound | Error;
  readonly downloadFails?: Error;
  /** Buttons pressed one after the other; then the box is closed. */
  readonly press?: readonly string[];
  readonly ports?: Partial<UpdatePorts>;
}

/** A program of version 0.1.0 that is asked to look for updates. */
function program({ found = { kind: 'none' }, downloadFails, press = [], ports = {} }: Answer) {
  const did: string[] = [];
  const boxes: MessageBoxOptions[] = [];
  const presses = [...press];
  const updater: Updater = {
    look: (channel) => {
      did.push(`look ${channel}`);
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
    download: (progress) => {
      did.push('download');
      progress(0.5);
      return downloadFails === undefined ? Promise.resolve() : Promise.reject(downloadFails);
    },
    install: () => did.push('install'),
  };
  const check = new UpdateCheck({
    version: '0.1.0',
    electronVersion: '45.3.4',
    cannotInstall: null,
    page: 'https://example.com/releases',
    now: () => NOW,
    channel: () => Promise.resolve('stable'),
    updater: () => Promise.resolve(updater),
    ask: (box) => {
      boxes.push(box);
      const button = presses.shift();
      return Promise.resolve(
        button === undefined ? (box.cancelId ?? -1) : (box.buttons ?? []).indexOf(button),
      );
    },
    showProgress: (done) => did.push(`progress ${done}`),
    openPage: (url) => did.push(`open ${url}`),
    whenClosed: (install) => {
      did.push('close connections');
      install();
      return Promise.resolve();
    },
    log: (line) => did.push(`log ${line}`),
    ...ports,
  });
  return { check, did, boxes };
}

const newer = { kind: 'newer', version: '0.2.0' } as const;

describe('checking for updates', () => {
  test('says that there is none, and until when this Electron gets security fixes', async () => {
    const { check, did, boxes } = program({});
    await check.run();
    expect(boxes).toEqual([
      expect.objectContaining({
        type: 'info',
        message: 'Topicscope 0.1.0 is the newest version.',
        detail: 'This program is built on Electron 45.3.4, which gets security fixes until 2027-04-26.',
        buttons: ['Close'],
      }),
    ]);
    expect(did).toEqual(['look stable', 'progress null']);
  });

  test('warns, whatever is found, when this Electron no longer gets any', async () => {
    for (const found of [{ kind: 'none' } as const, newer, new Error('net::ERR_X')]) {
      const { check, boxes } = program({ found, ports: { now: () => Date.parse('2027-06-01') } });
      await check.run();
      expect(boxes[0]).toMatchObject({
        type: 'warning',
        detail: expect.stringContaining('no security fixes since'),
      });
    }
  });

  test('looks on the channel that is set, and names it', async () => {
    const { check, did, boxes } = program({ ports: { channel: () => Promise.resolve('beta') } });
    await check.run();
    expect(did[0]).toBe('look beta');
    expect(boxes[0]?.message).toBe('Topicscope 0.1.0 is the newest version on the beta channel.');
  });

  test('offers what is newer, and does nothing when the box is closed', async () => {
    const { check, did, boxes } = program({ found: newer });
    await check.run();
    expect(boxes[0]).toMatchObject({
      message: 'Topicscope 0.2.0 is available. You have 0.1.0.',
      buttons: ['Download', 'Open the release page', 'Later'],
      cancelId: 2,
    });
    expect(did).toEqual(['look stable', 'progress null']);
  });

  test('downloads when asked to, and still installs nothing by itself', async () => {
    const { check, did, boxes } = program({ found: newer, press: ['Download'] });
    await check.run();
    expect(boxes[1]?.buttons).toEqual(['Install and restart', 'Later']);
    expect(did).toEqual(['look stable', 'download', 'progress 0.5', 'progress null', 'progress null']);
  });

  test('installs when asked to, after the connections ended in good order', async () => {
    const { check, did } = program({ found: newer, press: ['Download', 'Install and restart'] });
    await check.run();
    expect(did.filter((what) => !what.startsWith('progress'))).toEqual([
      'look stable',
      'download',
      'close connections',
      'install',
    ]);
  });

  test('opens the page of releases instead, where it is known', async () => {
    const { check, did } = program({ found: newer, press: ['Open the release page'] });
    await check.run();
    expect(did).toContain('open https://example.com/releases');
    expect(did).not.toContain('download');
    const unknown = program({ found: newer, ports: { page: null } });
    await unknown.check.run();
    expect(unknown.boxes[0]?.buttons).toEqual(['Download', 'Later']);
  });

  test('a program that cannot replace itself offers no download', async () => {
    const { check, did, boxes } = program({
      found: newer,
      press: ['Open the release page'],
      ports: { cannotInstall: 'It is portable.' },
    });
    await check.run();
    expect(boxes[0]).toMatchObject({
      message: 'Topicscope 0.2.0 is available. You have 0.1.0. It is portable.',
      buttons: ['Open the release page', 'Close'],
    });
    expect(did).toEqual(['look stable', 'open https://example.com/releases', 'progress null']);
  });

  test('says why it could not look, or download, and what to do', async () => {
    const cannot = program({ found: { kind: 'cannot', why: 'It was not installed.' } });
    await cannot.check.run();
    expect(cannot.boxes[0]?.message).toBe('Updates cannot be looked for here. It was not installed.');
    const offline = program({ found: new Error('net::ERR_INTERNET_DISCONNECTED') });
    await offline.check.run();
    expect(offline.boxes[0]?.message).toContain('Check the network and try again.');
    const broken = program({
      found: newer,
      press: ['Download'],
      downloadFails: new Error('sha512 checksum mismatch'),
    });
    await broken.check.run();
    expect(broken.boxes[1]?.message).toContain('Nothing was installed');
    expect(broken.did.at(-1)).toBe('progress null');
    expect(broken.did).not.toContain('install');
  });

  test('goes on once, however often it is asked for, and again afterwards', async () => {
    const { check, did } = program({});
    await Promise.all([check.run(), check.run()]);
    expect(did.filter((what) => what === 'look stable')).toHaveLength(1);
    await check.run();
    expect(did.filter((what) => what === 'look stable')).toHaveLength(2);
  });
});
