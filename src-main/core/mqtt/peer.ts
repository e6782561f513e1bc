/** What the first bytes of a peer that does not speak MQTT look like. */
export type Peer = 'http' | 'tls' | 'ssh' | 'amqp' | 'websocket' | 'text' | 'unknown';

const SIGNATURES: readonly (readonly [start: string, peer: Peer])[] = [
  ['HTTP/', 'http'],
  ['<!DOCTYPE', 'http'],
  ['<html', 'http'],
  ['SSH-', 'ssh'],
  ['AMQP', 'amqp'],
];

/** Guesses from the evidence of a violation who answered; for the advice only. */
export function guessPeer(bytes: Uint8Array): Peer {
  for (const [start, peer] of SIGNATURES) {
    if (startsWith(bytes, start)) return peer;
  }
  // A TLS record: alert or handshake, version 3.x.
  if ((bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3) return 'tls';
  // A close frame of a server's WebSocket.
  if (bytes[0] === 0x88 && (bytes[1] ?? 255) < 126) return 'websocket';
  const head = bytes.subarray(0, 16);
  if (head.length >= 4 && head.every((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13)) {
    return 'text';
  }
  return 'unknown';
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  if (bytes.length < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}
