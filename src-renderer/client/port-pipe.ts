import { ProtocolError } from '../../src-main/contract/base/errors.ts';
import { closingMessage, closingReason } from '../../src-main/wire/closing.ts';
import { compact } from '../../src-main/wire/compact.ts';
import type { Pipe, WireMessage } from '../../src-main/wire/pipe.ts';

/** The window's end of a MessagePort. */
export function portPipe(port: MessagePort): Pipe {
  let onClose: ((reason: string) => void) | null = null;
  let closedBecause: string | null = null;

  function end(reason: string): void {
    if (closedBecause !== null) return;
    closedBecause = reason;
    port.onmessage = null;
    port.onmessageerror = null;
    port.removeEventListener('close', closePipe);
    port.close();
    onClose?.(reason);
    onClose = null;
  }

  function closePipe(): void {
    end('the other side ended');
  }

  function close(reason: string): void {
    if (closedBecause !== null) return;
    port.postMessage(closingMessage(reason));
    end(reason);
  }

  port.onmessageerror = () => close('a message could not be read');
  port.addEventListener('close', closePipe);

  return {
    send(message: WireMessage): void {
      if (closedBecause !== null) return;
      try {
        port.postMessage(compact(message));
      } catch (cause) {
        throw new ProtocolError('bad-frame', 'The message holds what cannot be copied.', { cause });
      }
    },
    onMessage(listener: (message: unknown) => void): void {
      if (closedBecause !== null) return;
      // Setting the property starts the port, so nothing is lost before there is a listener.
      port.onmessage = ({ data }: MessageEvent<unknown>) => {
        const reason = closingReason(data);
        if (reason === null) listener(data);
        else end(reason);
      };
    },
    onClose(listener: (reason: string) => void): void {
      if (closedBecause === null) onClose = listener;
      else listener(closedBecause);
    },
    close,
  };
}
