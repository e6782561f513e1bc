import type { ConnectionOptions } from '../../contract/model/model.ts';
import { halfOpenLink } from '../../core/session/failures/failures.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { targetOf, type Dialled } from '../dial/dial.ts';
import { answersElsewhere } from './elsewhere.ts';
import type { Link } from '../link/link.ts';
import { Liveness, PATIENCE } from './liveness.ts';

/** An address of this computer, as a dialled socket names it: loopback, a Unix socket or a named pipe. */
export function isLocalAddress(address: string): boolean {
  return /^(127\.|\[::1\]|\[::ffff:127\.|\/|\\\\[.?]\\pipe\\)/i.test(address);
}

/** Watches a link from when it is online to its end. */
export function watchLink(
  link: Link,
  dialled: Dialled,
  options: ConnectionOptions,
  version: WireVersion,
  ports: ConnectionPorts,
): Liveness {
  const { local, remote } = PATIENCE;
  // Whoever turned the keep-alive off wants no pings while nothing happens.
  const patience = isLocalAddress(dialled.address) && link.keepAliveMs > 0 ? local : remote;
  return new Liveness({
    clock: ports.clock,
    patience,
    traffic: link.tap,
    keepAlive: link.keepAlive,
    ping: () => void link.ping('ping'),
    answersElsewhere: () => answersElsewhere(options, version, ports),
    halfOpen: (silentMs) => link.destroy(halfOpenLink(targetOf(options), silentMs), 'silence'),
  });
}
