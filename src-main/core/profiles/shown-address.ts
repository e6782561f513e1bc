import type { ConnectionOptions } from '../../contract/model/model.ts';
import { atPort } from './host.ts';

/** Host and port as a person reads them; the path of a socket. Without username and password. */
export function hostAndPort({ protocol, host, port }: ConnectionOptions): string {
  return protocol === 'unix' ? host : atPort(host, port);
}
