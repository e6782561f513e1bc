import type { IClientOptions } from 'mqtt';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import type { ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import type { SessionMemory } from './session-memory.ts';

/**
 * What mqtt.js has to know. Its CONNECT never leaves: ours does, with everything else that the options ask
 * for (see `ConnectSwap`), so that no password is in its hands.
 */
export function clientOptions(
  options: ConnectionOptions,
  clientId: string,
  level: ProtocolLevel,
  memory: SessionMemory,
): IClientOptions {
  return {
    clientId,
    protocolVersion: level,
    protocolId: level === 3 ? 'MQIsdp' : 'MQTT',
    clean: options.cleanStart,
    keepalive: options.keepAlive,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // The attempt has a clock of its own over all phases; this one must never be first.
    connectTimeout: 2 ** 31 - 1,
    // Keep-alive is ours (two clocks); its timers do nothing. Its debug calls cost a third of the CPU.
    timerVariant: { set: () => 1, clear: () => undefined },
    log: () => undefined,
    incomingStore: memory.incoming,
    outgoingStore: memory.outgoing,
    messageIdProvider: memory.ids,
  };
}
