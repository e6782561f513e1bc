import { AUTH, DISCONNECT, PUBACK, PUBCOMP, PUBREC, PUBREL, SUBACK, UNSUBACK } from './packet-types.ts';

const PUBLISH_CODES = [0, 16, 128, 131, 135, 144, 145, 151, 153];
const RELEASE_CODES = [0, 146];

/** Codes that MQTT 5 defines for the packets in which an unknown one is a protocol error [MQTT5-2.4]. */
const VALID = new Map<number, ReadonlySet<number>>([
  [PUBACK, new Set(PUBLISH_CODES)],
  [PUBREC, new Set(PUBLISH_CODES)],
  [PUBREL, new Set(RELEASE_CODES)],
  [PUBCOMP, new Set(RELEASE_CODES)],
  [SUBACK, new Set([0, 1, 2, 128, 131, 135, 143, 145, 151, 158, 161, 162])],
  [UNSUBACK, new Set([0, 17, 128, 131, 135, 143, 145])],
  [AUTH, new Set([0, 24, 25])],
  [
    DISCONNECT,
    new Set([
      0, 4, 128, 129, 130, 131, 135, 137, 139, 141, 142, 143, 144, 147, 148, 149, 150, 151, 152, 153, 154,
      155, 156, 157, 158, 159, 160, 161, 162,
    ]),
  ],
]);

/**
 * Whether MQTT 5 defines the code for that packet; CONNACK is not limited, any other code refuses.
 * What a code means to a person is in `core/session/reasons.ts`.
 */
export function isReasonCode(packetType: number, code: number): boolean {
  return VALID.get(packetType)?.has(code) ?? true;
}

/**
 * Whether an answer refuses a message with a code that is not defined there. Brokers do (mosquitto answers 149 to a
 * message over its `message_size_limit`), and what they mean is plain.
 */
export function isOddRefusal(packetType: number, code: number): boolean {
  return (packetType === PUBACK || packetType === PUBREC) && code >= 128 && !isReasonCode(packetType, code);
}
