import type { MessageEvent, MessagePortMain } from 'electron';
import type { Pipe } from '../../wire/pipe.ts';
import { pipeOverPort } from '../../wire/port-pipe.ts';

/** What this file needs of Electron's port. */
export type PortMain = Pick<MessagePortMain, 'postMessage' | 'start' | 'close' | 'on' | 'off'>;

/** The main process's end of a channel to a window. Messages wait in the port until there is a listener. */
export function portMainPipe(port: PortMain): Pipe {
  return pipeOverPort(({ arrived, closed }) => {
    const take = ({ data }: MessageEvent): void => arrived(data);
    port.on('message', take);
    port.on('close', closed);
    return {
      post: (message) => port.postMessage(message),
      start: () => port.start(),
      release() {
        port.off('message', take);
        port.off('close', closed);
        port.close();
      },
    };
  });
}
