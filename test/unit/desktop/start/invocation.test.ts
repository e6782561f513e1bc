import { expect, test } from 'vitest';
import { namedDataDir, readHandover, readInvocation } from '../../../../src-main/desktop/start/invocation.ts';

const packaged = { defaultApp: false, platform: 'linux', terminal: true } as const;
const development = { ...packaged, defaultApp: true };

test('Options are read behind the program, or behind the folder that Electron runs.', () => {
  expect(readInvocation(['/opt/topicscope', '--demo'], packaged)).toEqual({ args: ['--demo'], link: null });
  expect(readInvocation(['electron', '--inspect=0', '/repo', '--demo', 'mqtt://h'], development)).toEqual({
    args: ['--demo', 'mqtt://h'],
    link: null,
  });
});

test('Switches of Electron and Chromium are not ours; a misspelt one of ours still is.', () => {
  const argv = [
    'topicscope',
    '--no-sandbox',
    '--ozone-platform=wayland',
    '--disable-gpu',
    '--no-open',
    '--demmo',
  ];
  expect(readInvocation(argv, packaged).args).toEqual(['--no-open', '--demmo']);
});

test('Behind the mark of a link nothing but its address counts.', () => {
  const argv = ['topicscope', '--link', 'mqtt://evil" --data-dir=/tmp', '--serve', '--host', '0.0.0.0'];
  expect(readInvocation(argv, packaged)).toEqual({ args: [], link: 'mqtt://evil" --data-dir=/tmp' });
  expect(readInvocation(['topicscope', '--data-dir', '/d', '--link', 'mqtt://h'], packaged)).toEqual({
    args: ['--data-dir', '/d'],
    link: 'mqtt://h',
  });
  expect(readInvocation(['topicscope', '--link', '--serve'], packaged)).toEqual({ args: [], link: null });
  expect(readInvocation(['topicscope', '--link', 'file:///etc/passwd'], packaged).link).toBeNull();
});

test('An address without a terminal may come from a link; typed in a terminal it is a command.', () => {
  const argv = ['topicscope', 'MQTTS://broker:8883'];
  expect(readInvocation(argv, packaged)).toEqual({ args: ['MQTTS://broker:8883'], link: null });
  expect(readInvocation(argv, { ...packaged, terminal: false })).toEqual({
    args: [],
    link: 'MQTTS://broker:8883',
  });
  // Elsewhere links come by the mark, or by an event.
  expect(readInvocation(argv, { ...packaged, platform: 'win32', terminal: false }).link).toBeNull();
});

test('The data directory is found in both spellings.', () => {
  expect(namedDataDir(['--demo', '--data-dir', '/a'])).toBe('/a');
  expect(namedDataDir(['--data-dir=/b'])).toBe('/b');
  expect(namedDataDir(['--demo'])).toBeNull();
});

test.each([null, 7, 'x', {}, { args: 'x', link: 5 }, { args: [1, {}], link: 'file:///x' }])(
  'A handover that is none asks for nothing: %j',
  (data) => {
    expect(readHandover(data)).toEqual({ args: [], link: null });
  },
);
