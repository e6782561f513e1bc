import { ProtocolError } from '../../src-main/contract/base/errors.ts';
import { decodeFrame, encodeFrame } from '../../src-main/wire/frame.ts';
import type { Pipe, WireMessage } from '../../src-main/wire/pipe.ts';
import { CLOSE_BAD_FRAME, READY } from '../../src-main/wire/web-socket.ts';

/** Why a WebSocket did not become a pipe; `code` is its close code, 1006 if it never opened. */
export class OpenError extends Error {
  override readonly name = 'OpenError';
  readonly code: number;
  constructor(code: number) {
    super(`The connection to the engine could not be opened (close code ${code}).`);
    this.code = code;
  }
}

/**
 * Shows the page's secret in the first message and resolves when the engine accepted it.
 * @throws OpenError
 */
export function openWebSocketPipe(socket: WebSocket, pageSecret: string): Promise<Pipe> {
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    socket.onopen = () => socket.send(pageSecret);
    socket.onclose = ({ code }) => reject(new OpenError(code));
    socket.onmessage = ({ data }) => {
      if (data !== READY) return socket.close();
      resolve(webSocketPipe(socket));
    };
  });
}

/** A pipe over a WebSocket on which the secret was shown and accepted. */
function webSocketPipe(socket: WebSocket): Pipe {
  let onMessage: ((message: unknown) => void) | null = null;
  let onClose: ((reason: string) => void) | null = null;
  let closedBecause: string | null = null;
  /** Frames that came before there was a listener. */
  const early: unknown[] = [];

  function end(reason: string, code = 1000): void {
    if (closedBecause !== null) return;
    closedBecause = reason;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
    onClose?.(reason);
    onMessage = null;
    onClose = null;
  }

  function take(data: unknown): void {
    if (onMessage === null) {
      early.push(data);
      return;
    }
    try {
      if (!(data instanceof ArrayBuffer)) throw new ProtocolError('bad-frame', 'The frame is not binary.');
      onMessage(decodeFrame(new Uint8Array(data)));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      end('the engine sent a frame that could not be read', CLOSE_BAD_FRAME);
    }
  }

  socket.onmessage = ({ data }) => take(data);
  socket.onclose = ({ code, reason }) =>
    end(reason === '' ? `the link to the engine dropped (${code})` : reason);

  return {
    send(message: WireMessage): void {
      if (closedBecause === null) socket.send(encodeFrame(message));
    },
    onMessage(listener: (message: unknown) => void): void {
      onMessage = listener;
      for (const data of early.splice(0)) take(data);
    },
    onClose(listener: (reason: string) => void): void {
      if (closedBecause === null) onClose = listener;
      else listener(closedBecause);
    },
    close: end,
  };
}
