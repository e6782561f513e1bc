import { connect, createServer, type Server, type Socket } from 'node:net';
import { listen } from '../net/listen.ts';

export interface TestProxy {
  readonly port: number;
  /** What was asked for, `host:port`, in order. */
  readonly asked: readonly string[];
  /** Usernames and passwords that were given, `user:password`. */
  readonly logins: readonly string[];
}

export interface ProxyOptions {
  /** `user:password` that it wants. */
  readonly login?: string;
  /** The names it knows instead of the name server. */
  readonly hosts?: Readonly<Record<string, string>>;
}

interface Asked {
  readonly host: string;
  readonly port: number;
}

/** What to do with the rest of the stream when the way is open; null: it is not. */
type Opened = (upstream: Socket) => void;

function forward(
  socket: Socket,
  { host, port }: Asked,
  { hosts = {} }: ProxyOptions,
  opened: Opened,
  failed: (code: string) => void,
): void {
  const upstream = connect({ host: hosts[host] ?? host, port });
  upstream.once('error', (error: NodeJS.ErrnoException) => failed(error.code ?? ''));
  socket.once('close', () => upstream.destroy());
  upstream.once('connect', () => {
    opened(upstream);
    socket.pipe(upstream).pipe(socket);
  });
}

async function start(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  return listen(server);
}

/** Bytes of a socket, as many as are asked for. */
class Reader {
  readonly #socket: Socket;
  constructor(socket: Socket) {
    this.#socket = socket;
  }
  async take(size: number): Promise<Buffer> {
    for (;;) {
      const chunk = this.#socket.read(size) as Buffer | null;
      if (chunk !== null) return chunk;
      await new Promise<void>((resolve, reject) => {
        this.#socket.once('readable', resolve);
        this.#socket.once('close', () => reject(new Error('closed')));
      });
    }
  }
}

const REPLIES: Readonly<Record<string, number>> = {
  ECONNREFUSED: 5,
  ENETUNREACH: 3,
  ENOTFOUND: 4,
  EAI_AGAIN: 4,
};

/** A SOCKS5 proxy as RFC 1928 and 1929 describe it: CONNECT only. */
export async function startSocksProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const logins: string[] = [];
  const serve = async (socket: Socket): Promise<void> => {
    const reader = new Reader(socket);
    const [, count = 0] = await reader.take(2);
    const methods = [...(await reader.take(count))];
    const method = options.login === undefined ? 0 : 2;
    if (!methods.includes(method)) return void socket.end(Buffer.from([5, 0xff]));
    socket.write(Buffer.from([5, method]));
    if (method === 2) {
      await reader.take(1);
      const part = async (): Promise<string> =>
        (await reader.take((await reader.take(1))[0] ?? 0)).toString();
      logins.push(`${await part()}:${await part()}`);
      if (logins.at(-1) !== options.login) return void socket.end(Buffer.from([1, 1]));
      socket.write(Buffer.from([1, 0]));
    }
    const [, , , kind = 0] = await reader.take(4);
    const host = await addressOf(reader, kind);
    const port = (await reader.take(2)).readUInt16BE();
    asked.push(`${host}:${port}`);
    const reply = (code: number): Buffer => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
    forward(
      socket,
      { host, port },
      options,
      () => socket.write(reply(0)),
      (code) => socket.end(reply(REPLIES[code] ?? 1)),
    );
  };
  const port = await start((socket) => void serve(socket).catch(() => socket.destroy()));
  return { port, asked, logins };
}

async function addressOf(reader: Reader, kind: number): Promise<string> {
  if (kind === 1) return [...(await reader.take(4))].join('.');
  if (kind === 3) return (await reader.take((await reader.take(1))[0] ?? 0)).toString();
  const bytes = await reader.take(16);
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':');
}

/** An HTTP proxy that knows CONNECT. */
export async function startHttpProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const logins: string[] = [];
  const port = await start((socket) => {
    let head = '';
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData).pause();
      const basic = /^Proxy-Authorization: Basic (.*)$/im.exec(head)?.[1];
      const login = basic === undefined ? null : Buffer.from(basic.trim(), 'base64').toString();
      if (login !== null) logins.push(login);
      if (options.login !== undefined && login !== options.login) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
        return;
      }
      const [, host = '', to = ''] = /^CONNECT \[?([^\s\]]+)\]?:(\d+) HTTP/.exec(head) ?? [];
      asked.push(`${host}:${to}`);
      forward(
        socket,
        { host, port: Number(to) },
        options,
        () => socket.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n'),
        () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
      );
    };
    socket.on('data', onData);
  });
  return { port, asked, logins };
}
