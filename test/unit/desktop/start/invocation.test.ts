import { expect, test } from 'vitest';
import { namedDataDir, readHandover, readInvocation } from '../../../../src-main/desktop/start/invocation.ts';

const packaged = { defaultApp: false, platform: 'linux', terminal: true } as const;
const development = { ...packaged, defaultApp: true };

test('Options are read behind the program, or behind the folder that Electron runs.', () => {
  expect(readInvocation(['/opt/topicscope', '--demo'], packaged)).toEqual({
    args: ['--demo'],
    link: null,
    smokeMs: null,
  });
  expect(readInvocation(['electron', '--inspect=0', '/repo', '--demo', 'mqtt://h'], development)).toEqual({
    args: ['--demo', 'mqtt://h'],
    link: null,
    smokeMs: null,
  });
});

test('A smoke run shows the demo; its limit is in seconds, and a link cannot ask for one.', () => {
  const read = (...args: string[]) => readInvocation(['topicscope', ...args], packaged);
  expect(read('--smoke')).toEqual({ args: ['--demo'], link: null, smokeMs: 60_000 });
  expect(read('--smoke=5', '--data-dir', '/d', '--demo')).toMatchObject({
    args: ['--demo', '--data-dir', '/d'],
    smokeMs: 5_000,
  });
  expect(read('--link', '--smoke', 'mqtt://h')).toEqual({ args: [], link: 'mqtt://h', smokeMs: null });
  // A limit that is none is an option nobody knows.
  expect(read('--smoke=soon')).toMatchObject({ args: ['--smoke=soon'], smokeMs: null });
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
  expect(readInvocation(argv, packaged)).toEqual({
    args: [],
    link: 'mqtt://evil" --data-dir=/tmp',
    smokeMs: null,
  });
  expect(readInvocation(['topicscope', '--data-dir', '/d', '--link', 'mqtt://h'], packaged)).toEqual({
    args: ['--data-dir', '/d'],
    link: 'mqtt://h',
    smokeMs: null,
  });
  expect(readInvocation(['topicscope', '--link', '--serve'], packaged)).toEqual({
    args: [],
    link: null,
    smokeMs: null,
  });
  expect(readInvocation(['topicscope', '--link', 'file:///etc/passwd'], packaged).link).toBeNull();
});

test('An address without a terminal may come from a link; typed in a terminal it is a command.', () => {
  const argv = ['topicscope', 'MQTTS://broker:8883'];
  expect(readInvocation(argv, packaged)).toMatchObject({ args: ['MQTTS://broker:8883'], link: null });
  expect(readInvocation(argv, { ...packaged, terminal: false })).toMatchObject({
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

test.each(['linux', 'darwin', 'win32'] as const)(
  'On %s the command without a window gets its words as they are, with or without a terminal.',
  (platform) => {
    const words = ['retained', 'list', '--url', 'mqtt://h', '--json'];
    for (const terminal of [true, false])
      expect(
        readInvocation(['topicscope', '--no-sandbox', ...words], { defaultApp: false, platform, terminal }),
      ).toEqual({ args: words, link: null, smokeMs: null });
    // A link that somebody pressed is one, whatever it says.
    expect(
      readInvocation(['topicscope', '--link', 'retained', 'mqtt://h'], { ...packaged, platform }),
    ).toEqual({ args: [], link: 'mqtt://h', smokeMs: null });
  },
);
