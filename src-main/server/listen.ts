import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StartOptions } from './options.ts';
import { HTTP_BOUNDS } from './web/web-server.ts';

const DEFAULT_PORT = 7883;
/** How many ports after the default are tried: each taken one is most likely another of us. */
const PORTS_TO_TRY = 20;

/** What stops the start; the message is one line for stderr. `exitCode` 2: an option was bad. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** @throws StartError */
export async function listen(
  options: Pick<StartOptions, 'port' | 'host' | 'tls'>,
): Promise<{ server: Server; port: number }> {
  const server = await makeServer(options.tls);
  if (options.port !== null) {
    const port = await listenOn(server, options.port, options.host);
    if (port === null)
      throw new StartError(`Port ${options.port} is taken. Give another with --port, or 0 for any.`, 1);
    return { server, port };
  }
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TO_TRY; port++) {
    if ((await listenOn(server, port, options.host)) !== null) return { server, port };
  }
  const port = await listenOn(server, 0, options.host);
  if (port === null) throw new StartError('There is no free port.', 1);
  return { server, port };
}

async function makeServer(tls: StartOptions['tls']): Promise<Server> {
  if (tls === null) return createServer(HTTP_BOUNDS);
  const https = await import('node:https');
  const [cert, key] = await Promise.all([
    readOption(tls.cert, '--tls-cert'),
    readOption(tls.key, '--tls-key'),
  ]);
  try {
    // Without one of them the library would listen all the same, and no browser come in.
    if (cert === '' || key === '') throw new Error('empty');
    return https.createServer({
      ...HTTP_BOUNDS,
      handshakeTimeout: HTTP_BOUNDS.headersTimeout,
      cert,
      key,
      minVersion: 'TLSv1.2',
    });
  } catch (cause) {
    throw new StartError('--tls-cert and --tls-key are not a certificate and its key in PEM form.', 2, {
      cause,
    });
  }
}

/** @throws StartError that names the option and the cause, never what is in the file */
export async function readOption(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new StartError(`The file of ${option} cannot be read (${codeOf(cause)}).`, 2, { cause });
  }
}

/** The port that is listened on; null if it is taken. */
function listenOn(server: Server, port: number, host: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const code = codeOf(error);
      if (code === 'EADDRINUSE') resolve(null);
      else {
        const isBadHost = code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
        const line = isBadHost
          ? `This machine has no address ${host} to listen on.`
          : `Cannot listen on ${host}, port ${port} (${code}).`;
        reject(new StartError(line, isBadHost ? 2 : 1, { cause: error }));
      }
    };
    server.once('error', failed);
    server.listen({ port, host }, () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
