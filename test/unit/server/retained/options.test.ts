import { expect, test } from 'vitest';
import { readStart } from '../../../../src-main/server/options.ts';
import { readRetained } from '../../../../src-main/server/retained/options.ts';

const URL = ['--url', 'mqtt://h:1884'];

test('The command is distinguished from the options of the window by its first word.', () => {
  expect(readStart(['retained', 'list', '--json'], {})).toEqual({
    kind: 'retained',
    args: ['list', '--json'],
  });
});

test('Only a clear goes beyond the limit of the trash, and only where that is said.', () => {
  const overLimit = (...args: string[]) => {
    const start = readRetained([...args, ...URL, '--filter', 'a'], {});
    return start.kind === 'run' ? start.run.overLimit : start;
  };
  expect([overLimit('clear'), overLimit('clear', '--over-limit')]).toEqual([false, true]);
  expect(overLimit('list', '--over-limit')).toMatchObject({ kind: 'bad' });
});

test('What is given is read, and the connection subscribes to the filter and nothing else.', () => {
  const start = readRetained(['clear', ...URL, '--filter', 'plant/#', '--yes', '--json', '--dry-run'], {});
  expect(start).toMatchObject({
    kind: 'run',
    run: { command: 'clear', filter: 'plant/#', yes: true, json: true, dryRun: true, overwrite: false },
  });
  if (start.kind !== 'run') return;
  expect(start.run.connection).toMatchObject({ host: 'h', port: 1_884 });
  expect(start.run.connection?.subscriptions.map(({ filter, qos }) => [filter, qos])).toEqual([
    ['plant/#', 0],
  ]);
  expect(readRetained(['list'], { TOPICSCOPE_URL: 'mqtt://h' })).toMatchObject({ run: { filter: '#' } });
  expect(readRetained(['diff', '--file', 'a', '--file', 'b'], {})).toMatchObject({
    run: { connection: null },
  });
  expect(readRetained(['--help'], {})).toEqual({ kind: 'help' });
});

test.each([
  [[]],
  [['wipe', ...URL]],
  [['list', 'clear', ...URL]],
  [['list']],
  [['list', '--url', 'http://x']],
  [['clear', ...URL]],
  [['clear', ...URL, '--filter', 'a/#/b']],
  [['list', ...URL, '--filter', '$share/g/a']],
  [['save', ...URL]],
  [['restore', ...URL, '--file', 'a', '--file', 'b']],
  [['restore', ...URL, '--file', 'a', '--prefix', '+/']],
  [['list', ...URL, '--file', 'a']],
  [['list', ...URL, '--filter', '']],
  [['clear', ...URL, '--filter', 'a', '--prefix', 'b/']],
  [['save', ...URL, '--file', 'a', '--prefix', '']],
  [['diff', ...URL, '--file', 'a', '--overwrite']],
  [['list', ...URL, '--nothing']],
  [['list', ...URL, '--ca', 'ca.pem']],
  [['list', '--url', 'mqtts://h', '--ca', '']],
  [['list', '--url', 'mqtts://h', '--cert', 'c.pem']],
])('%j is refused in one line.', (args) => {
  const start = readRetained(args, {});
  expect(start.kind).toBe('bad');
  if (start.kind === 'bad') expect(start.line).toMatch(/^[^\n]+ See retained --help\.$/);
});

test('A restore subscribes to nothing: what it has to know it asks for by name.', () => {
  const subscribed = (...args: string[]) => {
    const start = readRetained([...args, ...URL], {});
    return start.kind === 'run' ? start.run.connection?.subscriptions.map(({ filter }) => filter) : start;
  };
  expect(subscribed('restore', '--file', 'a')).toEqual([]);
  expect(subscribed('restore', '--file', 'a', '--filter', 'b/#')).toEqual([]);
  expect(subscribed('diff', '--file', 'a', '--filter', 'b/#')).toEqual(['b/#']);
  expect(subscribed('list')).toEqual(['#']);
});

test('Certificate files that are named are used and may be read, and no others.', () => {
  const files = ['--ca', 'ca.pem', '--cert', 'c.pem', '--key', 'k.pem'];
  const start = readRetained(['list', '--url', 'mqtts://h', ...files], { TOPICSCOPE_KEY_PASSPHRASE: 'p' });
  expect(start).toMatchObject({
    run: {
      certificates: ['ca.pem', 'c.pem', 'k.pem'],
      connection: { tls: { ca: 'ca.pem', cert: 'c.pem', key: 'k.pem', passphrase: 'p', verify: true } },
    },
  });
  expect(readRetained(['list', '--url', 'mqtts://h'], {})).toMatchObject({ run: { certificates: [] } });
});
