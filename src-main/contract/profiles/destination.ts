import * as z from '../base/zod.ts';
import type { ConnectionOptions } from '../model/model.ts';

/**
 * Where a connection sends its secrets: the fields whose change could send them to another party. A saved secret
 * is only used for the destination that it was entered for; elsewhere its mark is refused.
 */
export const Destination = z.object({
  /** `mqtts://broker.example:8883`, or `unix:///run/mosquitto.sock`. */
  to: z.string().max(512),
  /** `socks5://proxy.example:1080`; null: straight. */
  via: z.string().max(512).nullable(),
  /** What is checked of the broker's certificate; nothing where there is none. */
  checks: z.array(z.enum(['chain', 'dates', 'hostName'])).max(3),
});
export type Destination = z.infer<typeof Destination>;

const CHECKS = ['chain', 'dates', 'hostName'] as const;

export function destinationOf({
  protocol,
  host,
  port,
  proxy,
  tls,
}: Pick<ConnectionOptions, 'protocol' | 'host' | 'port' | 'proxy' | 'tls'>): Destination {
  if (protocol === 'unix') return { to: `unix://${host}`, via: null, checks: [] };
  const usesTls = protocol === 'mqtts' || protocol === 'wss';
  return {
    to: `${protocol}://${at(host, port)}`,
    via: proxy === null ? null : `${proxy.kind}://${at(proxy.host, proxy.port)}`,
    checks: usesTls && tls.verify ? CHECKS.filter((check) => tls.checks[check]) : [],
  };
}

/** More checks than at the time do no harm. */
export function isSameDestination(saved: Destination, now: Destination): boolean {
  const { to, via, checks } = saved;
  return to === now.to && via === now.via && checks.every((check) => now.checks.includes(check));
}

const CHECK_NAMES = { chain: 'chain', dates: 'dates', hostName: 'host name' } as const;

/** What is different, as the end of a sentence: `for mqtts://a:8883, not for mqtts://b:8883`. */
export function differenceOf(saved: Destination, now: Destination): string {
  if (saved.to !== now.to) return `for ${saved.to}, not for ${now.to}`;
  if (saved.via !== now.via) return `${through(saved.via)}, not ${through(now.via)}`;
  const off = saved.checks.filter((check) => !now.checks.includes(check)).map((check) => CHECK_NAMES[check]);
  return `for a broker whose certificate is checked (${off.join(', ')})`;
}

function through(via: string | null): string {
  return via === null ? 'without a proxy' : `through ${via}`;
}

/** Names are the same in any case. */
function at(host: string, port: number): string {
  return `${host.includes(':') ? `[${host.toLowerCase()}]` : host.toLowerCase()}:${port}`;
}
