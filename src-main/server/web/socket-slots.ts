import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Sockets that did not show the secret of a page; a browser opens six at a time. */
const MAX_STRANGERS = 128;

/**
 * `silent`: nobody knows yet what it wants, which includes WebSockets that have shown no secret. `busy`: its
 * request is being answered. `idle`: it was answered. `window`: it has shown the secret of a page.
 */
type Kind = 'silent' | 'busy' | 'idle' | 'window';

interface Slot {
  readonly socket: Socket;
  kind: Kind;
}

/**
 * Keeps room for new sockets: when all slots are taken, the next socket replaces the oldest that is only held open.
 * Sockets of open windows are never closed for this.
 */
export class SocketSlots {
  /** By address and port of the other side, the same for a TLS socket and the one below it; oldest first. */
  readonly #slots = new Map<string, Slot>();
  readonly #most: number;

  constructor(server: Server, most = MAX_STRANGERS) {
    this.#most = most;
    // Of the sockets below TLS as well, before their handshake.
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('request', ({ socket }: { readonly socket: Socket }, response: ServerResponse) => {
      this.#set(socket, 'busy');
      response.once('close', () => this.#set(socket, 'idle'));
    });
  }

  /** The socket of a window that has shown its secret. */
  keep(socket: Socket): void {
    this.#set(socket, 'window');
  }

  get strangers(): number {
    let count = 0;
    for (const { kind } of this.#slots.values()) if (kind !== 'window') count++;
    return count;
  }

  #add(socket: Socket): void {
    const key = keyOf(socket);
    const slot: Slot = { socket, kind: 'silent' };
    if (this.strangers >= this.#most) this.#makeRoom();
    this.#slots.set(key, slot);
    socket.once('close', () => {
      if (this.#slots.get(key) === slot) this.#slots.delete(key);
    });
  }

  /** Also from who takes its time to read an answer: answers are small, and the newest is the last to go. */
  #makeRoom(): void {
    for (const wanted of ['silent', 'idle', 'busy'] as const) {
      for (const [key, { socket, kind }] of this.#slots) {
        if (kind !== wanted) continue;
        this.#slots.delete(key);
        socket.destroy();
        return;
      }
    }
  }

  #set(socket: Socket, kind: Kind): void {
    const key = keyOf(socket);
    const slot = this.#slots.get(key);
    if (slot === undefined || slot.kind === 'window') return;
    slot.kind = kind;
    // To the end: it is the newest of its kind.
    this.#slots.delete(key);
    this.#slots.set(key, slot);
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}
