import { PacketType } from '../../contract/session/packets.ts';

/** Packet types [MQTT5-2.1.2], the high four bits of the first byte. */
export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;
export const AUTH = 15;

/** The name as the specification writes it, for sentences and logs. */
export function packetName(type: number): string {
  const name = PacketType.options[type & 15];
  return name === undefined || name === 'INVALID' ? 'reserved packet type 0' : name;
}

/** 3 is MQTT 3.1 (MQIsdp), 4 is 3.1.1. */
export type ProtocolLevel = 3 | 4 | 5;

/** The largest remaining length four bytes can say [MQTT5-1.5.5]. */
export const MAX_REMAINING_LENGTH = 268_435_455;
