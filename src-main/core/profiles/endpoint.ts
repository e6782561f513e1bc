import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { readHost, readServerName } from './host.ts';

/** Paths of Unix sockets begin like this, and named pipes of Windows. */
const SOCKET_PATH = /^(?:\/|\\\\)[^\p{Cc}]+$/u;

type ToAscii = (host: string) => string;
type Checked = ConnectionOptions | Failure;

/**
 * Options whose hosts are hosts, in the one form the program keeps: without brackets, with the port in its
 * own field. To be asked before options are saved, logged or connected with, because a text that is none may
 * be anything, such as a key.
 *
 * @param toAscii the ASCII form of an international name, empty where it has none; names stay as they are
 * @returns the same options where nothing had to be changed; a failure never quotes a field
 */
export function checkEndpoint(options: ConnectionOptions, toAscii: ToAscii): Checked {
  let checked: Checked = options;
  for (const check of [checkBroker, checkProxy, checkServerName]) {
    checked = check(checked, toAscii);
    if ('kind' in checked) return checked;
  }
  return checked;
}

function checkBroker(options: ConnectionOptions, toAscii: ToAscii): Checked {
  const { protocol, host, port } = options;
  if (protocol === 'unix') return checkSocket(options);
  const read = readHost(host, 'host', toAscii);
  if (read.kind === 'failed') return read;
  const place = { host: read.host, port: read.port ?? port };
  return place.host === host && place.port === port ? options : { ...options, ...place };
}

function checkSocket(options: ConnectionOptions): Checked {
  const host = options.host.trim();
  if (SOCKET_PATH.test(host)) return host === options.host ? options : { ...options, host };
  return failed(
    'host-socket',
    'The path of the socket is not a whole path.',
    'Enter the whole path, such as /run/mosquitto.sock or \\\\.\\pipe\\mosquitto.',
  );
}

function checkProxy(options: ConnectionOptions, toAscii: ToAscii): Checked {
  const { proxy } = options;
  if (proxy === null) return options;
  const read = readHost(proxy.host, 'proxy host', toAscii);
  if (read.kind === 'failed') return read;
  const place = { host: read.host, port: read.port ?? proxy.port };
  const isSame = place.host === proxy.host && place.port === proxy.port;
  return isSame ? options : { ...options, proxy: { ...proxy, ...place } };
}

function checkServerName(options: ConnectionOptions, toAscii: ToAscii): Checked {
  const { servername } = options.tls;
  if (servername === null || servername.trim() === '') return options;
  const name = readServerName(servername, toAscii);
  if (typeof name !== 'string') return name;
  return name === servername ? options : { ...options, tls: { ...options.tls, servername: name } };
}
