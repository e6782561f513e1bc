import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { api } from '../../../src-main/contract/api.ts';
import { ProtocolError } from '../../../src-main/contract/base/errors.ts';
import { callsOf, hostileCalls } from '../../support/engine/hostile-calls.ts';
import { startHost } from '../../support/engine/host-process.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

/** Stands in every field; each call has its own in its place. */
const MARK = 'Zq7Mark';
const CALLS = 1_500;
const IN_BATCH = 50;

const markOf = (call: number): string => `${MARK}${call}x`;

/** The same value with the mark of one call in every text of it, names of fields included. */
function marked(value: unknown, mark: string): unknown {
  if (typeof value === 'string') return value.replaceAll(MARK, mark);
  if (Array.isArray(value)) return value.map((one) => marked(one, mark));
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.replaceAll(MARK, mark), marked(one, mark)]),
  );
}

/** Every file below a folder, joined. */
function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), 'latin1')}\n`)
    .join('');
}

test('Nothing of a call that is refused is kept: not in a file, not in a log, not on the terminal.', async () => {
  const { window: open, dataDir, reported, printed } = await startHost(['--demo']);
  const window = await open();
  let demo = '';
  for await (const { connections } of window.stream('connections', {})) {
    demo = connections[0]?.id ?? '';
    if (demo !== '') break;
  }
  // Its log is read at the end.
  const { closeConnection: _, ...asked } = callsOf(api);
  const hostile = hostileCalls(asked, {
    ids: fc.constantFrom(demo, demo, MARK, `../${MARK}`),
    texts: fc.constantFrom(
      MARK,
      MARK,
      `${MARK}/#/x`,
      `\0${MARK}`,
      `/${MARK}`,
      `{"${MARK}":`,
      `mqtt://${MARK} x`,
    ),
    // None that is looked up.
    hosts: fc.constantFrom(`a ${MARK}`, `[${MARK}`, `user:${MARK}@h`, '127.0.0.1'),
  });
  const all = fc.sample(hostile, { seed: 17, numRuns: CALLS });
  const refused: number[] = [];
  const names = new Set<string>();
  for (let from = 0; from < all.length; from += IN_BATCH) {
    const one = await open();
    const answers = all.slice(from, from + IN_BATCH).map(({ name, given }, at) => {
      const refuse = (): void => {
        names.add(name);
        refused.push(from + at);
      };
      const params = marked(given, markOf(from + at)) as Record<string, never>;
      return one.call(name as 'connect', params as never).then(
        (answer) => void (answer.kind === ('failed' as string) ? refuse() : undefined),
        // Not answered in time is not refused.
        (error: unknown) =>
          void (error instanceof ProtocolError && error.code === 'closed' ? undefined : refuse()),
      );
    });
    for (let i = 0; i < 20; i++) await one.call('appInfo', {});
    one.close();
    await Promise.all(answers);
  }
  // What is accepted is kept, so that the search is known to find what there is.
  const options = { name: markOf(CALLS), protocol: 'mqtt', host: '127.0.0.1', port: 1 } as const;
  expect(await window.call('saveProfile', { id: null, options })).toMatchObject({ kind: 'saved' });
  // Of nearly all there are, by the schema and by the engine.
  expect(refused.length).toBeGreaterThan(CALLS / 4);
  expect(names.size).toBeGreaterThan(Object.keys(asked).length * 0.75);
  const logs = await Promise.all(
    [null, demo].map((connection) => window.call('exportLog', { connection: connection as never })),
  );
  const kept = [
    everythingIn(dataDir),
    reported(),
    printed(),
    ...logs.map((log) => (log.kind === 'log' ? log.text : '')),
  ];
  const found = new Set(
    kept.flatMap((text) => [...text.matchAll(new RegExp(`${MARK}(\\d+)x`, 'g'))]).map(([, n]) => Number(n)),
  );
  const leaked = refused.filter((call) => found.has(call)).map((call) => all[call]?.name);
  expect(leaked).toEqual([]);
  expect([...found]).toContain(CALLS);
});
