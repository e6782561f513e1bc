import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectEngine, type EngineLink, type LinkStatus } from '../../../src-renderer/client/connect.ts';
import { CONTRACT_VERSION, helloCalls, type Hello } from '../../../src-main/contract/base/hello.ts';
import { portPipe } from '../../../src-main/connection/port-pipe.ts';
import { decodeFrame, encodeFrame } from '../../../src-main/wire/frame.ts';
import { serve } from '../../../src-main/wire/serve.ts';
import { READY } from '../../../src-main/wire/web-socket.ts';

let link: EngineLink | null = null;

afterEach(() => {
  link?.close();
  link = null;
  const left = vi.isFakeTimers() ? vi.getTimerCount() : 0;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  if (left > 0) throw new Error(`${left} timers are left`);
});

/** What the link says next. */
function nextStatus(opened: EngineLink): Promise<LinkStatus> {
  return new Promise((resolve) => {
    const stop = opened.subscribe((status) => {
      stop();
      resolve(status);
    });
  });
}

const flush = () => vi.advanceTimersByTimeAsync(0);

describe('a window in a browser', () => {
  /** Sockets the link opened, the newest last; the test plays the other side. */
  let sockets: FakeSocket[];
  /** What the tab keeps, and what the page's first script took out of the address. */
  let storage: Map<string, string>;
  let ticket: string | null;
  /** Requests to the way in, and what answers them. */
  let posted: { path: string; body: unknown }[];
  let answer: () => Promise<Response>;
  /** What the engine says to a greeting; null: nothing yet. */
  let engineSays: (window: Hello) => Hello | null;

  class FakeSocket {
    onopen: (() => void) | null = null;
    onclose: ((event: { code: number; reason: string }) => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    readonly url: string;
    readonly sent: unknown[] = [];
    constructor(url: string) {
      this.url = url;
      sockets.push(this);
    }
    send(data: unknown): void {
      this.sent.push(data);
      if (data instanceof Uint8Array) this.#frame(data);
    }
    /** Answers the greeting as the engine of the test would, and nothing else. */
    #frame(data: Uint8Array): void {
      const { id, method, params } = decodeFrame(data) as { id: number; method?: string; params: Hello };
      if (method !== 'hello') return;
      const value = engineSays(params);
      if (value !== null) this.receive({ t: 'reply', id, value });
    }
    receive(message: Readonly<Record<string, unknown>>): void {
      this.onmessage?.({ data: new Uint8Array(encodeFrame(message)).buffer });
    }
    close(): void {
      this.fail(1000);
    }
    accept(): Promise<void> {
      this.onopen?.();
      this.onmessage?.({ data: READY });
      return flush().then(() => undefined);
    }
    fail(code: number, reason = ''): void {
      this.onclose?.({ code, reason });
    }
  }

  function open(): { link: EngineLink; seen: LinkStatus['kind'][] } {
    const opened = connectEngine('1.2.3');
    link = opened;
    const seen: LinkStatus['kind'][] = [];
    opened.subscribe((status) => seen.push(status.kind));
    return { link: opened, seen };
  }

  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
    storage = new Map([['topicscope:page', 'the secret']]);
    ticket = null;
    posted = [];
    answer = () => Promise.reject(new Error('refused'));
    engineSays = (window) => window;
    vi.stubGlobal('WebSocket', FakeSocket);
    vi.stubGlobal('fetch', (path: string, { body }: { body: string }) => {
      posted.push({ path, body: JSON.parse(body) });
      return answer();
    });
    vi.stubGlobal('document', {
      querySelector: () => ({}),
      documentElement: { getAttribute: () => ticket, removeAttribute: () => (ticket = null) },
    });
    vi.stubGlobal('location', { protocol: 'http:', host: 'h:1', origin: 'http://h:1' });
    vi.stubGlobal('window', {
      sessionStorage: {
        getItem: (key: string) => storage.get(key) ?? null,
        setItem: (key: string, value: string) => storage.set(key, value),
      },
    });
  });

  const letIn = (secret: string) => () => Promise.resolve(Response.json({ page: secret }));

  it('shows its secret first and is ready when that was accepted', async () => {
    const { link: opened, seen } = open();
    expect(opened.status()).toEqual({ kind: 'connecting' });
    expect(sockets[0]?.url).toBe('ws://h:1/engine');
    sockets[0]?.onopen?.();
    expect(sockets[0]?.sent).toEqual(['the secret']);
    expect(seen).toEqual([]);
    await sockets[0]?.accept();
    expect(seen).toEqual(['ready']);
  });

  it('gives nobody the client before the engine answered its greeting', async () => {
    engineSays = () => null;
    const { link: opened, seen } = open();
    await sockets[0]?.accept();
    expect(opened.status().kind).toBe('connecting');
    expect(sockets[0]?.sent).toHaveLength(2);
    sockets[0]?.receive({ t: 'reply', id: 1, value: { contract: CONTRACT_VERSION, version: '1.2.3' } });
    await flush();
    expect(seen).toEqual(['ready']);
  });

  it.each([
    ['another program', (window: Hello) => ({ ...window, version: '1.3.0' }), '1.3.0'],
    ['another contract', (window: Hello) => ({ ...window, contract: window.contract + 1 }), '1.2.3'],
    ['an answer that cannot be read', () => ({}) as Hello, null],
  ])('stops at an engine of another version: %s', async (_what, says, engine) => {
    engineSays = says;
    const { link: opened, seen } = open();
    await sockets[0]?.accept();
    expect(opened.status()).toEqual({ kind: 'other-version', window: '1.2.3', engine });
    opened.retryNow();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(['other-version']);
    expect(sockets).toHaveLength(1);
  });

  it('counts a link that ends before the greeting as another failed attempt', async () => {
    engineSays = () => null;
    const { link: opened } = open();
    await sockets[0]?.accept();
    sockets[0]?.fail(1006);
    await flush();
    await vi.advanceTimersByTimeAsync(250);
    await sockets[1]?.accept();
    sockets[1]?.fail(1006);
    await flush();
    expect(opened.status()).toMatchObject({ kind: 'gone', attempt: 2 });
  });

  it('reports an answer that does not fit, and keeps the link', async () => {
    const { link: opened, seen } = open();
    const misfits: string[] = [];
    const stop = opened.onMisfit(({ message }) => misfits.push(message));
    await sockets[0]?.accept();
    const status = opened.status();
    if (status.kind !== 'ready') throw new Error(status.kind);
    for (const id of [2, 3]) {
      const info = status.client.call('appInfo', {});
      sockets[0]?.receive({ t: 'reply', id, value: { version: 7 } });
      await expect(info).rejects.toMatchObject({ code: 'bad-answer' });
      stop();
    }
    expect(misfits).toEqual([expect.stringMatching(/“appInfo”.*version: /)]);
    expect(seen).toEqual(['ready']);
  });

  it('says that the engine is gone, tries again at growing intervals, and is ready again', async () => {
    const { link: opened, seen } = open();
    await sockets[0]?.accept();
    sockets[0]?.fail(1006);
    await flush();
    expect(opened.status()).toMatchObject({ kind: 'gone', attempt: 1 });
    const since = (opened.status() as { since: number }).since;
    const attemptsAt = [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000];
    for (const [i, wait] of attemptsAt.entries()) {
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(sockets).toHaveLength(i + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(sockets).toHaveLength(i + 2);
      sockets.at(-1)?.fail(1006);
      await flush();
      expect(opened.status()).toMatchObject({ kind: 'gone', attempt: i + 2, since });
    }
    opened.retryNow();
    await sockets.at(-1)?.accept();
    expect(opened.status().kind).toBe('ready');
    expect(seen.filter((kind) => kind === 'ready')).toHaveLength(2);
  });

  it('says since when an engine is silent whose link is there, and goes on with the same client', async () => {
    const { link: opened, seen } = open();
    await sockets[0]?.accept();
    const before = opened.status();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(['ready']);
    const stoppedAt = Date.now();
    engineSays = () => null;
    await vi.advanceTimersByTimeAsync(9_000);
    const silent = opened.status();
    if (silent.kind !== 'silent') throw new Error(silent.kind);
    expect(Math.abs(silent.since - stoppedAt)).toBeLessThanOrEqual(3_000);
    const sent = sockets[0]?.sent.length;
    await vi.advanceTimersByTimeAsync(60_000);
    // One question is enough.
    expect(sockets[0]?.sent).toHaveLength(sent ?? 0);
    const { id } = decodeFrame(sockets[0]?.sent.at(-1) as Uint8Array) as { id: number };
    engineSays = (window) => window;
    sockets[0]?.receive({ t: 'reply', id, value: { contract: CONTRACT_VERSION, version: '1.2.3' } });
    await flush();
    expect(seen).toEqual(['ready', 'silent', 'ready']);
    expect(opened.status()).toEqual(before);
    expect(sockets).toHaveLength(1);
  });

  it('asks nothing while something comes, and blames nobody for a page that was stopped itself', async () => {
    const { seen } = open();
    await sockets[0]?.accept();
    const sent = sockets[0]?.sent.length ?? 0;
    for (let second = 0; second < 20; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      sockets[0]?.receive({ t: 'item', id: 99, value: null });
    }
    expect(sockets[0]?.sent).toHaveLength(sent);
    engineSays = () => null;
    await vi.advanceTimersByTimeAsync(3_000);
    // Time goes by in which no timer ran.
    const before = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => before + 600_000);
    await vi.advanceTimersByTimeAsync(1_000);
    vi.restoreAllMocks();
    (document as { visibilityState?: string }).visibilityState = 'hidden';
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(['ready']);
  });

  it('that closes after it was silent is gone', async () => {
    const { link: opened, seen } = open();
    await sockets[0]?.accept();
    engineSays = () => null;
    await vi.advanceTimersByTimeAsync(9_000);
    sockets[0]?.fail(1006);
    await flush();
    expect(seen).toEqual(['ready', 'silent', 'gone']);
    expect(opened.status().kind).toBe('gone');
  });

  it('rejects what waits when the engine goes, and gives a new client when it is back', async () => {
    const { link: opened } = open();
    await sockets[0]?.accept();
    const before = opened.status();
    if (before.kind !== 'ready') throw new Error(before.kind);
    const waiting = before.client.call('appInfo', {});
    sockets[0]?.fail(1001, 'Topicscope was stopped');
    await expect(waiting).rejects.toThrow(/Topicscope was stopped/);
    await vi.advanceTimersByTimeAsync(250);
    await sockets[1]?.accept();
    expect(opened.status()).not.toBe(before);
  });

  it('exchanges its ticket before anything else, and keeps what it got in the tab', async () => {
    ticket = 'the ticket';
    storage.clear();
    answer = letIn('of the ticket');
    const { link: opened } = open();
    expect(ticket).toBeNull();
    expect(sockets).toHaveLength(0);
    await flush();
    expect(posted).toEqual([{ path: '/entry', body: { ticket: 'the ticket' } }]);
    await sockets[0]?.accept();
    expect(sockets[0]?.sent[0]).toBe('of the ticket');
    expect(opened.status().kind).toBe('ready');
    expect([...storage.values()]).toEqual(['of the ticket']);
  });

  it('goes on with what the tab has when its ticket was used before', async () => {
    ticket = 'used';
    answer = () => Promise.resolve(Response.json(null, { status: 401 }));
    open();
    await flush();
    await sockets[0]?.accept();
    expect(sockets[0]?.sent[0]).toBe('the secret');
  });

  it('asks for the token where the tab has nothing, and opens when it is right', async () => {
    storage.clear();
    const { link: opened } = open();
    expect(opened.status()).toEqual({ kind: 'no-access', why: 'new' });
    expect(sockets).toHaveLength(0);
    answer = () => Promise.resolve(Response.json(null, { status: 401 }));
    expect(await opened.entry?.enter('wrong')).toMatchObject({ code: 'wrong-token' });
    answer = () => Promise.resolve(Response.json(null, { status: 429, headers: { 'Retry-After': '42' } }));
    expect((await opened.entry?.enter('wrong'))?.advice).toContain('42 seconds');
    answer = () => Promise.reject(new Error('refused'));
    expect(await opened.entry?.enter('right')).toMatchObject({ code: 'not-there' });
    answer = letIn('of the token');
    expect(await opened.entry?.enter('right')).toBeNull();
    expect(posted.at(-1)).toEqual({ path: '/entry', body: { token: 'right' } });
    await sockets[0]?.accept();
    expect(sockets[0]?.sent[0]).toBe('of the token');
    expect(opened.status().kind).toBe('ready');
  });

  it('asks for the token when the engine does not know the page, and tries nothing by itself', async () => {
    const { link: opened } = open();
    sockets[0]?.fail(4_401);
    await flush();
    expect(opened.status()).toEqual({ kind: 'no-access', why: 'ended' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
  });

  it('makes an address for another window, by what it was let in with', async () => {
    const { link: opened } = open();
    await sockets[0]?.accept();
    answer = () => Promise.resolve(Response.json({ ticket: 'another' }));
    expect(await opened.entry?.newWindowAddress()).toEqual({ address: 'http://h:1/?ticket=another' });
    expect(posted).toEqual([{ path: '/entry/ticket', body: { page: 'the secret' } }]);
    answer = () => Promise.resolve(Response.json(null, { status: 401 }));
    expect(await opened.entry?.newWindowAddress()).toMatchObject({ code: 'access-ended' });
  });

  it('goes on in memory where the browser keeps nothing for a tab', async () => {
    const refuse = () => {
      throw new Error('SecurityError');
    };
    vi.stubGlobal('window', { sessionStorage: { getItem: refuse, setItem: refuse } });
    const { link: opened } = open();
    expect(opened.status().kind).toBe('no-access');
    answer = letIn('in memory');
    expect(await opened.entry?.enter('right')).toBeNull();
    await sockets[0]?.accept();
    expect(sockets[0]?.sent[0]).toBe('in memory');
  });

  it('does nothing more once it was closed', async () => {
    const { link: opened, seen } = open();
    await sockets[0]?.accept();
    opened.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    expect(seen).toEqual(['ready']);
  });
});

describe('a window of the desktop', () => {
  it('takes a port from its own preload only, and a new one after the engine was started again', async () => {
    const page = new EventTarget();
    const posted: unknown[] = [];
    vi.stubGlobal('document', { querySelector: () => null });
    vi.stubGlobal('location', { origin: 'app://ui' });
    vi.stubGlobal(
      'window',
      Object.assign(page, {
        postMessage: (message: unknown, origin: string) => posted.push([message, origin]),
      }),
    );
    const send = (fields: object) =>
      page.dispatchEvent(
        Object.assign(
          new Event('message'),
          { data: 'topicscope:port', origin: 'app://ui', source: page, ports: [] },
          fields,
        ),
      );
    const opened = connectEngine('1.2.3');
    link = opened;
    expect(posted).toEqual([['topicscope:listening', 'app://ui']]);

    const foreign = new MessageChannel();
    send({ ports: [foreign.port1], source: {} });
    send({ ports: [foreign.port1], origin: 'https://evil.example' });
    send({ ports: [foreign.port1], data: 'else' });
    send({ ports: [] });
    expect(opened.status().kind).toBe('connecting');
    foreign.port1.close();

    const first = new MessageChannel();
    const engine = portPipe(first.port2);
    serve(helloCalls, { hello: (window) => window }, engine);
    let next = nextStatus(opened);
    send({ ports: [first.port1] });
    expect((await next).kind).toBe('ready');
    next = nextStatus(opened);
    engine.close('the engine was stopped');
    expect(await next).toMatchObject({ kind: 'gone', why: 'the engine was stopped' });

    const second = new MessageChannel();
    const again = portPipe(second.port2);
    serve(helloCalls, { hello: () => ({ contract: 0, version: '0.9.0' }) }, again);
    next = nextStatus(opened);
    send({ ports: [second.port1] });
    expect(await next).toEqual({ kind: 'other-version', window: '1.2.3', engine: '0.9.0' });
    again.close('the test is over');
  });
});
