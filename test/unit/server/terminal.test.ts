import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onEnter, systemTerminal } from '../../../src-main/server/terminal.ts';

function open(isTTY: boolean) {
  let time = 0;
  let background = false;
  let calls = 0;
  let resumed: (() => void) | null = null;
  const input = Object.assign(new EventEmitter(), {
    isTTY,
    reading: true,
    pause() {
      input.reading = false;
    },
    resume() {
      input.reading = true;
    },
  });
  const begin = (): void =>
    onEnter(input, () => calls++, {
      now: () => time,
      inBackground: () => background,
      onContinue: (listener) => (resumed = listener),
    });
  return {
    input,
    begin,
    type: (text: string, at: number) => {
      time = at;
      input.emit('data', Buffer.from(text));
    },
    moveTo: (place: 'background' | 'foreground') => {
      background = place === 'background';
      resumed?.();
    },
    calls: () => calls,
  };
}

describe('Enter in the terminal', () => {
  it.each([true, false])('calls once a line, and not more than twice a second (terminal: %s)', (isTTY) => {
    const terminal = open(isTTY);
    terminal.begin();
    terminal.type('\n', 1_000);
    terminal.type('x', 2_000);
    terminal.type('y\r\n', 3_000);
    expect(terminal.calls()).toBe(2);
    for (let at = 3_001; at < 3_500; at += 10) terminal.type('y\n'.repeat(1_000), at);
    expect(terminal.calls()).toBe(2);
    terminal.type('\n', 3_500);
    expect(terminal.calls()).toBe(3);
  });

  it('leaves a terminal alone that is of another program just now', () => {
    const terminal = open(true);
    terminal.moveTo('background');
    terminal.begin();
    expect(terminal.input.reading).toBe(false);
    terminal.moveTo('foreground');
    expect(terminal.input.reading).toBe(true);
    terminal.moveTo('background');
    expect(terminal.input.reading).toBe(false);
  });

  it('survives the end of its terminal', () => {
    const terminal = open(true);
    terminal.begin();
    expect(() => terminal.input.emit('error', new Error('EIO'))).not.toThrow();
  });
});

describe('Whose terminal it is', () => {
  it('is not asked on Windows, which has no such thing', () => {
    expect(systemTerminal('win32').inBackground()).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')(
    'is the same by the file of Linux and by the ps of the others',
    () => {
      expect(systemTerminal('darwin').inBackground()).toBe(systemTerminal('linux').inBackground());
    },
  );
});
