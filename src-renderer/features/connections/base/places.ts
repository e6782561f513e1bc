import type { ConnectionOptions, Protocol } from '../../../../src-main/contract/model/model.ts';
import { atPort } from '../../../../src-main/core/profiles/host.ts';

export const DEFAULT_PORTS: Readonly<Record<Protocol, number>> = {
  mqtt: 1883,
  mqtts: 8883,
  ws: 80,
  wss: 443,
  unix: 1,
};

/** How a profile reaches its broker, short: `mqtts, broker.example`, `mqtt, 10.0.0.7:1884`. */
export function profilePlace({ protocol, host, port }: ConnectionOptions): string {
  return `${protocol}, ${port === DEFAULT_PORTS[protocol] ? host : atPort(host, port)}`;
}

/** The same of an open connection, whose address is one text: `broker.example:1883`, `mqtts, broker.example:8883`. */
export function connectionPlace(protocol: Protocol, address: string): string {
  const place = address.replace(/^[a-z]+:\/\//, '');
  return protocol === 'mqtt' ? place : `${protocol}, ${place}`;
}
