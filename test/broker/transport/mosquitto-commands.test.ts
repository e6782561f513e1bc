import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { OPTIONS } from '../../../src-main/core/profiles/command/command-options.ts';
import { readPastedCommand } from '../../../src-main/core/profiles/import/import-text.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection } from '../session/open-connection.ts';

/** The program itself comes in a package of its own; without it there is nothing to compare with. */
function hasProgram(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, 'mosquitto_sub'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const users = {
  fleet: 'plain',
  fleet2: 'p%40ss',
  'line ops': "it's",
  u: '50%off',
  'a%20b': 'x:y',
};

/** Runs a line as a person would, with a real shell and the real program. */
function run(line: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', line], { stdio: 'ignore', timeout: 15_000 });
    child.once('error', reject).once('close', (code) => resolve(code ?? -1));
  });
}

interface Seen {
  /** As the log of the broker names it: version, clean session, keep-alive, user name. */
  readonly session: string;
  readonly filters: readonly string[];
}

/** What the broker saw of the client that came last. */
function lastSeen(log: string): Seen {
  const from = log.lastIndexOf('New client connected');
  const session = /\((p\d, c\d, k\d+(?:, u'[^\n]*')?)\)/.exec(log.slice(from))?.[1] ?? '';
  return {
    session,
    filters: [...log.slice(from).matchAll(/^\d+: \t(.*?) \(QoS/gm)].map(([, one]) => one ?? '').toSorted(),
  };
}

describe.skipIf(process.platform === 'win32' || !hasProgram())('A command of mosquitto', () => {
  afterEach(teardown);

  test.each([
    `mosquitto_sub -L 'mqtt://fleet:plain@HOST/plant/x'`,
    `mosquitto_sub -L 'mqtt://fleet2:p%40ss@HOST/plant/%20x'`,
    `mosquitto_sub -L 'mqtt://u:50%off@HOST/plant/#'`,
    `mosquitto_sub -L 'mqtt://a%20b:x:y@HOST/plant/x' -k 30`,
    `mosquitto_sub -h IP -p PORT -u 'line ops' -P 'it'\\''s' -t 'plant/#' -k 20`,
    `sh -c 'mosquitto_sub -h IP -p PORT -u "line ops" -P "it'"'"'s" -t "plant/#" -k 20'`,
    `X=1 sh -c "exec mosquitto_sub -h IP -p PORT -u fleet -P plain -t 'a b/+' -t '\\$SYS/broker/uptime'"`,
    `true && mosquitto_sub -h IP -p PORT -u fleet -P plain -V 311 -i fixed-id -c -t plant/# | cat`,
  ])('connects here as it does there: %s', async (template) => {
    const broker = await startMosquitto({ users, config: ['log_type all'] });
    const line = template
      .replace('HOST', `${broker.host}:${broker.port}`)
      .replace('IP', broker.host)
      .replace('PORT', String(broker.port));
    // -E ends the program when its subscriptions are acknowledged.
    expect(await run(line.replace('mosquitto_sub ', 'mosquitto_sub -E '))).toBe(0);
    const there = lastSeen(broker.log());
    expect(there.filters).not.toEqual([]);

    const read = readPastedCommand(line);
    if (read === null || 'kind' in read) throw new Error('it was not read');
    const opened = openConnection({ ...read.options, version: '3.1.1' });
    await opened.eventually('its subscriptions', () => {
      const { subscriptions } = opened.diagnostics();
      return subscriptions.length > 0 && subscriptions.every(({ result }) => result.kind === 'granted');
    });
    expect(lastSeen(broker.log())).toEqual(there);
  });
});

describe.skipIf(process.platform === 'win32' || !hasProgram())('The help of mosquitto', () => {
  test.each(['mosquitto_sub', 'mosquitto_pub', 'mosquitto_rr'])(
    'names no option of %s that is unknown here',
    (tool) => {
      const help = spawnSync(tool, ['--help'], { encoding: 'utf8' }).stdout;
      const named = [...help.matchAll(/^ (--?[\w-]+) : /gm)].map(([, name]) => name ?? '');
      expect(named.length).toBeGreaterThan(20);
      expect(named.filter((name) => !OPTIONS.has(name))).toEqual([]);
    },
  );
});
