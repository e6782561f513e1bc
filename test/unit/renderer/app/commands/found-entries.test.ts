import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectionOptions, Profile } from '../../../../../src-main/contract/model/model.ts';
import { found } from '../../../../../src-renderer/app/commands/found-entries.ts';
import type { AppState } from '../../../../../src-renderer/state/app/app-state.ts';
import {
  createSession,
  type ConnectionSession,
} from '../../../../../src-renderer/state/tree/tree-session.ts';
import type { FakeEngine } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp } from '../../../../support/window/fake-app.ts';

let engine: FakeEngine;
let app: AppState;
const sessions: ConnectionSession[] = [];

beforeEach(() => {
  ({ engine, app } = fakeApp());
});
afterEach(() => {
  for (const one of sessions.splice(0)) one.close();
});
afterEach(teardown);

function session(separator = '/'): ConnectionSession {
  const made = createSession(app.engine, engine.add().id, separator);
  sessions.push(made);
  return made;
}
const ids = (of: ConnectionSession | null, query: string) =>
  found(app, of, query).map(({ command: { id } }) => id);
const profile = (id: string, name: string) =>
  Profile.parse({
    id,
    options: ConnectionOptions.parse({ name, protocol: 'mqtt', host: 'h', port: 1883 }),
  });

describe('what the palette finds', () => {
  test('without a query is what can be done now, and with one also what cannot, with the reason', () => {
    const all = found(app, null, '');
    expect(all.length).toBeGreaterThan(5);
    expect(all.every(({ command: { off } }) => off === null)).toBe(true);
    const pause = found(app, null, 'pause the view').find(({ command: { id } }) => id === 'topics.pause');
    expect(pause?.command.off).not.toBeNull();
  });

  test('has the best match first, whatever the table’s order', () => {
    expect(ids(null, 'import')[0]).toBe('connection.import');
    expect(ids(null, 'imp con')[0]).toBe('connection.import');
    expect(ids(null, 'no such command at all')).toEqual([]);
  });

  test('offers a word as a filter after commands, and what has levels as a topic before them', () => {
    const of = session();
    expect(ids(of, 'new').slice(-1)).toEqual(['find.filter']);
    expect(ids(of, ' plant/press ').slice(0, 2)).toEqual(['find.go', 'find.filter']);
    expect(ids(of, '   ')).not.toContain('find.filter');
    expect(ids(null, 'plant/press')).toEqual([]);
  });

  test('takes the separator of the tree for one of levels, and that of MQTT always', () => {
    expect(ids(session('.'), 'plant.press')[0]).toBe('find.go');
    expect(ids(session('.'), 'plant/press')[0]).toBe('find.go');
    expect(ids(session(), 'plant.press')).toEqual(['find.filter']);
  });

  test('sets the filter of the session that is asked, without the blanks around it', () => {
    const of = session();
    found(app, of, '  temp ')
      .find(({ command: { id } }) => id === 'find.filter')
      ?.command.run();
    expect(of.store.getState().filter).toBe('temp');
  });

  test('shows at most a hundred of thousands of profiles, the best among them, also for a topic', async () => {
    const many = Array.from({ length: 1_500 }, (_, at) => profile(`p${at}`, `line ${at} xa/b`));
    engine.profiles.set([...many, profile('best', 'a/b')]);
    await expect.poll(() => app.profiles.store.getState().profiles.length).toBe(1_501);
    const entries = found(app, session(), 'a/b');
    expect(entries.length).toBeLessThanOrEqual(102);
    const labels = entries.filter(({ command: { id } }) => !id.startsWith('find.'));
    const [first] = labels;
    expect(first?.pieces.join('')).toMatch(/\ba\/b$/);
    expect(first?.pieces.join('')).not.toContain('line');
  });
});
