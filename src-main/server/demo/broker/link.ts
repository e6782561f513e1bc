import type { Duplex } from 'node:stream';
import { generate, parser, type Packet } from 'mqtt-packet';

export type Version = 3 | 4 | 5;

export interface LinkEvents {
  packet(packet: Packet, link: Link): void;
  /** Bytes that are no MQTT; nothing more is read. */
  malformed(why: string, link: Link): void;
  /** Once, whoever ended it. */
  closed(link: Link): void;
}

/** A packet that is still incomplete after so many bytes is refused. Generous for a demo, no attack on memory. */
export const MAX_INCOMING_BYTES = 32 * 2 ** 20;
/** Bytes a slow reader may leave unread before QoS 0 messages to it are dropped. */
const MAX_UNSENT_BYTES = 8 * 2 ** 20;
/** How long an orderly end may take to be read by the other side. */
const END_MS = 1_000;

/** One client's stream with packets instead of bytes. */
export class Link {
  readonly stream: Duplex;
  /** Counts up from 1, over all links of a broker. */
  readonly number: number;
  version: Version = 4;
  bytesIn = 0;
  bytesOut = 0;
  /** Largest packet the client takes; its CONNECT says so. */
  maximumPacketSize = Number.POSITIVE_INFINITY;
  #open = true;
  #sinceLastPacket = 0;
  readonly #events: LinkEvents;

  constructor(stream: Duplex, number: number, events: LinkEvents) {
    this.stream = stream;
    this.number = number;
    this.#events = events;
    const packets = parser({ protocolVersion: 4 });
    packets.on('packet', (packet) => {
      this.#sinceLastPacket = 0;
      if (packet.cmd === 'connect') this.version = packet.protocolVersion ?? 4;
      if (this.#open) events.packet(packet, this);
    });
    packets.on('error', (error: unknown) =>
      this.#refuse(error instanceof Error ? error.message : 'malformed'),
    );
    stream.on('data', (chunk: Buffer) => {
      if (!this.#open) return;
      this.bytesIn += chunk.length;
      this.#sinceLastPacket += chunk.length;
      try {
        packets.parse(chunk);
      } catch (error) {
        // The parser trusts lengths inside a packet; a reader past the end throws.
        this.#refuse(error instanceof Error ? error.message : 'malformed');
      }
      if (this.#sinceLastPacket > MAX_INCOMING_BYTES) this.#refuse('packet too large');
    });
    // A socket's own errors are ends like any other.
    stream.on('error', () => this.destroy());
    stream.once('end', () => this.destroy());
    stream.once('close', () => this.#close());
  }

  get open(): boolean {
    return this.#open;
  }

  /** A reader so slow that only what must not be lost is still written. */
  get congested(): boolean {
    return this.stream.writableLength > MAX_UNSENT_BYTES;
  }

  /** False when the packet was not sent: the link is closed, or the client does not take one so large. */
  send(packet: Packet): boolean {
    const bytes = generate(packet, { protocolVersion: this.version });
    if (bytes.length > this.maximumPacketSize) return false;
    return this.sendBytes(bytes);
  }

  sendBytes(bytes: Uint8Array): boolean {
    if (!this.#open || !this.stream.writable) return false;
    this.bytesOut += bytes.length;
    this.stream.write(bytes);
    return true;
  }

  /** Sends what is waiting, then closes; a reader that does not read is cut off. */
  end(): void {
    if (!this.#open) return;
    const timer = setTimeout(() => this.destroy(), END_MS);
    timer.unref();
    this.stream.once('close', () => clearTimeout(timer));
    this.#close();
    this.stream.end(() => this.stream.destroy());
  }

  destroy(): void {
    this.stream.destroy();
    this.#close();
  }

  #refuse(why: string): void {
    if (this.#open) this.#events.malformed(why, this);
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events.closed(this);
  }
}
