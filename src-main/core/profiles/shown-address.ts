import type { ConnectionOptions } from '../../contract/model/model.ts';

/** Host and port as a person reads them; the path of a socket. Without user name and password. */
export function hostAndPort({ protocol, host, port }: ConnectionOptions): string {
  if (protocol === 'unix') return host;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
