import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Access } from '../../../src-main/server/web/access.ts';
import type { StaticFile } from '../../../src-main/server/web/static-files.ts';
import { answer, HTTP_BOUNDS, type WebServerOptions } from '../../../src-main/server/web/web-server.ts';
import type { Pipe } from '../../../src-main/wire/pipe.ts';
import { WEB_SOCKET_PATH } from '../../../src-main/wire/web-socket.ts';

export const TEST_TOKEN = 'a token of the tests';

export interface TestServer {
  readonly port: number;
  readonly origin: string;
  readonly access: Access;
  readonly webSocketUrl: string;
  /** What a browser sends with the WebSocket of our page. */
  readonly windowHeaders: Readonly<Record<string, string>>;
  /** Windows that came in so far. */
  readonly pipes: readonly Pipe[];
  nextPipe(): Promise<Pipe>;
  close(): Promise<void>;
}

export interface TestServerOptions extends Partial<WebServerOptions> {
  readonly allowedHosts?: readonly string[];
  /** How long a request's head may take, in ms. */
  readonly headWithin?: number;
}

/** The browser host's own HTTP and WebSocket server on a free port of loopback, without an engine. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = createServer({ ...HTTP_BOUNDS, ...boundsOf(options.headWithin) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const access = new Access({
    token: TEST_TOKEN,
    scheme: 'http',
    host: '127.0.0.1',
    port,
    allowedHosts: options.allowedHosts ?? [],
  });
  const pipes: Pipe[] = [];
  const waiting: ((pipe: Pipe) => void)[] = [];
  const web = answer(server, {
    access,
    scheme: 'http',
    files: Promise.resolve(new Map<string, StaticFile>()),
    now: () => 0,
    onPipe: (pipe) => {
      pipes.push(pipe);
      waiting.shift()?.(pipe);
    },
    ...options,
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    port,
    origin,
    access,
    webSocketUrl: `ws://127.0.0.1:${port}${WEB_SOCKET_PATH}`,
    windowHeaders: { Origin: origin },
    pipes,
    nextPipe: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => web.close(100),
  };
}

function boundsOf(headWithin: number | undefined): object {
  if (headWithin === undefined) return {};
  return {
    headersTimeout: headWithin,
    requestTimeout: headWithin,
    connectionsCheckingInterval: headWithin / 2,
  };
}
