import { EventEmitter } from 'node:events';
import type { Session, Shell } from 'electron';
import { expect, test } from 'vitest';
import {
  denyPermissions,
  externalAddress,
  guardContents,
} from '../../../../src-main/desktop/page/hardening.ts';
import { openLink } from '../../../../src-main/desktop/start/links.ts';

test('Of all permissions a page gets only the writing of text to the clipboard.', () => {
  type Handlers = {
    request: Parameters<Session['setPermissionRequestHandler']>[0];
    check: Parameters<Session['setPermissionCheckHandler']>[0];
    device: Parameters<Session['setDevicePermissionHandler']>[0];
  };
  const given: Handlers = { request: null, check: null, device: null };
  denyPermissions({
    setPermissionRequestHandler: (handler) => (given.request = handler),
    setPermissionCheckHandler: (handler) => (given.check = handler),
    setDevicePermissionHandler: (handler) => (given.device = handler),
  });
  const asked = [
    'clipboard-sanitized-write',
    'clipboard-read',
    'media',
    'geolocation',
    'notifications',
    'openExternal',
  ];
  const requested = asked.filter((permission) => {
    let answer = false;
    given.request?.(null as never, permission as never, (granted) => (answer = granted), null as never);
    return answer;
  });
  expect(requested).toEqual(['clipboard-sanitized-write']);
  expect(asked.filter((permission) => given.check?.(null, permission as never, '', null as never))).toEqual(
    requested,
  );
  expect(given.device?.({} as never)).toBe(false);
});

test('Pages stay where they are, open no windows, and hand only https to the system.', () => {
  const app = new EventEmitter();
  const opened: string[] = [];
  const shell: Pick<Shell, 'openExternal'> = {
    openExternal: (url) => {
      opened.push(url);
      return Promise.reject(new Error('no browser'));
    },
  };
  const logged: string[] = [];
  guardContents(app as never, shell, (line) => logged.push(line));
  let open: ((details: { url: string }) => { action: string }) | null = null;
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: never) => (open = handler),
  });
  app.emit('web-contents-created', {}, contents);
  const prevented = (name: string, url: string): boolean => {
    let stopped = false;
    contents.emit(name, { url, preventDefault: () => (stopped = true) });
    return stopped;
  };
  expect(prevented('will-navigate', 'https://example.com/')).toBe(true);
  expect(prevented('will-navigate', 'app://topicscope/other.html')).toBe(true);
  expect(prevented('will-navigate', 'app://topicscope/')).toBe(false);
  expect(prevented('will-redirect', 'app://topicscope/')).toBe(true);
  expect(prevented('will-attach-webview', '')).toBe(true);
  for (const url of [
    'https://example.com/a',
    'http://example.com',
    'file:///etc/passwd',
    'mqtt://x',
    'javascript:1',
  ]) {
    expect(open!({ url })).toEqual({ action: 'deny' });
  }
  expect(opened).toEqual(['https://example.com/a']);
});

test.each(['', 'x', 'HTTPS:', 'https://user:pw@example.com/', 'vbscript:x', 'ms-msdt:/id', ' https//x'])(
  'Not for the system: %j',
  (text) => expect(externalAddress(text)).toBeNull(),
);

test('A link fills the editor or says what is wrong with it; it has no way to connect.', () => {
  const prefills: unknown[] = [];
  const problems: string[] = [];
  const engine = {
    requestPrefill: (options: unknown) => void prefills.push(options),
    reportProblem: ({ code }: { code: string }) => void problems.push(code),
  };
  openLink('mqtts://user@broker.example:8884', engine);
  openLink('mqtt://bad host:99999999', engine);
  openLink(`mqtt://${'x'.repeat(1_000_000)}`, engine);
  expect(prefills).toMatchObject([
    { protocol: 'mqtts', host: 'broker.example', port: 8884, username: 'user' },
  ]);
  expect(problems).toEqual(['bad-address', 'bad-address']);
});
