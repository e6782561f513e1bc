import type { MqttVersion } from '../../../contract/model/model.ts';
import { atPort } from '../../profiles/host.ts';
import type { Retry } from './reasons.ts';

/** What we were connecting to, for the sentences. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss' | 'unix';
  readonly path: string;
  /** As the user set it; `auto` or unset: whatever the broker speaks. */
  readonly version?: MqttVersion;
  /** It took a CONNECT like this one before: what it says is not the cause of a failure. */
  readonly answeredBefore?: boolean;
  /** As CONNECT asks for it, s; 0: none. */
  readonly keepAlive?: number;
}

/** An error of the system, of TLS or of ours, reduced to what classification needs. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  /** The errors of an AggregateError: one for each address that was tried. */
  readonly errors: readonly ErrorFacts[];
}

/** One kind of failure and its wording. */
export interface Case {
  readonly code: string;
  readonly retry: Retry;
  readonly says: (target: Target, facts: ErrorFacts) => readonly [message: string, advice: string];
}

export const address = ({ protocol, host, port }: Target): string =>
  protocol === 'unix' ? host : atPort(host, port);
/** What to do where the other side expects TLS and gets none. */
export const withTls = ({ protocol }: Target): string =>
  protocol === 'unix'
    ? 'Connect by mqtts to the port of this listener: over a socket file there is no TLS.'
    : `Use ${protocol === 'ws' ? 'wss' : 'mqtts'} instead of ${protocol}.`;
export const usesTls = (target: Target): boolean => target.protocol === 'mqtts' || target.protocol === 'wss';

/** Where the version is fixed, a broker that speaks another one is the first thing to think of. */
const versionAdvice = ({ version = 'auto' }: Target): string =>
  version === 'auto'
    ? ''
    : `The broker may not speak MQTT ${version}: set the MQTT version to auto to find out. `;

/** Some brokers (rumqttd) close over CONNECT without keep-alive, whatever the version. */
const keepAliveAdvice = ({ keepAlive }: Target): string =>
  keepAlive === 0 ? 'Some brokers close over a keep-alive of 0: try 60 s. ' : '';

/** What of CONNECT itself a broker may have closed over. */
export const connectAdvice = (target: Target): string =>
  target.answeredBefore === true
    ? 'It answered before, so it may be overloaded, hang or restart. '
    : versionAdvice(target) + keepAliveAdvice(target);
