import type { PublishMessage } from '../../contract/model/publish-message.ts';
import { encodePublish } from '../../core/mqtt/encode-publish.ts';
import type { Link } from './link.ts';
import type { SessionMemory } from './session-memory.ts';

/** mqtt.js answers too, later and with less; the notes of the tap are what counts. */
function ignore(): void {}

/**
 * Writes the PUBLISH, in our bytes. At QoS 1 and 2 mqtt.js is told of it, so that it goes on with the
 * handshake (PUBREL, and forgetting it) as if it had written it itself.
 *
 * @param packetId allocated from the session's ids; 0 at QoS 0
 * @param dup it was sent before in this session
 */
export function sendPublish(
  { client, tap, level }: Link,
  memory: SessionMemory,
  message: PublishMessage,
  packetId: number,
  dup = false,
): void {
  const packet = encodePublish(level, message, packetId, dup);
  if (message.qos > 0) {
    memory.sent(packetId, message);
    client.outgoing[packetId] = { volatile: false, cmd: 'publish', cb: ignore };
  }
  tap.writePacket(packet);
}

/** Writes PUBREL once more: the broker has the message [MQTT-4.4.0-1]. */
export function sendRelease({ client, tap }: Link, packetId: number): void {
  client.outgoing[packetId] = { volatile: false, cmd: 'pubrel', cb: ignore };
  tap.writePacket(Uint8Array.of(0x62, 2, packetId >>> 8, packetId & 255));
}
