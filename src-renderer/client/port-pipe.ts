import type { Pipe } from '../../src-main/wire/pipe.ts';
import { pipeOverPort } from '../../src-main/wire/port-pipe.ts';

/** The window's end of a MessagePort. */
export function portPipe(port: MessagePort): Pipe {
  return pipeOverPort(({ arrived, unreadable, closed }) => {
    port.onmessageerror = unreadable;
    port.addEventListener('close', closed);
    return {
      post: (message) => port.postMessage(message),
      start() {
        // Setting the property starts the port, so nothing is lost before there is a listener.
        port.onmessage = ({ data }: MessageEvent<unknown>) => arrived(data);
      },
      release() {
        port.onmessage = null;
        port.onmessageerror = null;
        port.removeEventListener('close', closed);
        port.close();
      },
    };
  });
}
