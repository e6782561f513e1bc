/**
 * What travels on a pipe: a plain object of JSON values and Uint8Arrays. Pipes inside one machine
 * hand it over by structured clone; the WebSocket ends use the byte form of `frame.ts`.
 */
export type WireMessage = Readonly<Record<string, unknown>>;

/** One end of a two-way, ordered, reliable channel. */
export interface Pipe {
  /**
   * Does nothing once the pipe is closed.
   * @throws ProtocolError `bad-frame` if the message holds what cannot travel (a function, a symbol);
   *   nothing was sent then, and the pipe stays open.
   */
  send(message: WireMessage): void;
  /** Exactly one listener each; set before the first turn of the event loop ends. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, with a reason for the log, when either side has closed it. */
  onClose(listener: (reason: string) => void): void;
  close(reason: string): void;
}
