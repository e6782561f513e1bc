import { expect, test } from 'vitest';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionId, ConnectionOptions, Profile } from '../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import { Observable } from '../../../../src-main/engine/base/observable.ts';
import { ProfileChanges } from '../../../../src-main/engine/connections/profile-changes.ts';

type Live = Parameters<ProfileChanges['compare']>[0];
type Saved = ConstructorParameters<typeof ProfileChanges>[0];

const options = (more: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtt',
    host: 'a',
    port: 1883,
    password: 'hunter2',
    ...more,
  });
const marked = (more: object = {}): ConnectionOptions =>
  options({ ...more, password: keptSecret('password') });
const LOCKED = failed('secrets-locked', 'The vault is locked.', '');

/** A connection that was opened with `run`, whose profile is saved as `saved`. */
function setUp(run: ConnectionOptions, profileId: string | null = 'p') {
  const noted: string[] = [];
  const restarts: ConnectionOptions[] = [];
  let now = run;
  const summary = new Observable({
    id: ConnectionId.parse('c'),
    profileId,
    name: run.name,
    profileChanged: false,
  } as Live['summary']['value']);
  const live: Live = {
    summary,
    get options() {
      return now;
    },
    noteProfile: (name, profileChanged) => {
      noted.push(`${name} ${profileChanged ? 'changed' : 'same'}`);
      summary.set({ ...summary.value, name, profileChanged });
    },
    restartWith: async (next) => {
      await Promise.resolve();
      restarts.push(next);
      now = next;
      summary.set({ ...summary.value, profileChanged: false });
    },
  };
  let opened: ConnectionOptions | Failure = run;
  let reads = 0;
  let waiting: Promise<void> = Promise.resolve();
  const item = new Observable({ profiles: [] as Profile[] } as Saved['item']['value']);
  const changes = new ProfileChanges(
    {
      item,
      open: async () => {
        reads++;
        const answer = opened;
        await waiting;
        return answer;
      },
    },
    () => [live],
  );
  const save = (shown: ConnectionOptions, whole: ConnectionOptions | Failure): void => {
    opened = whole;
    item.set({ ...item.value, profiles: [Profile.parse({ id: 'p', options: shown })] });
  };
  return {
    live,
    changes,
    noted,
    restarts,
    save,
    remove: () => item.set({ ...item.value, profiles: [] }),
    reads: () => reads,
    hold: (until: Promise<void>) => (waiting = until),
  };
}

test('A connection says that its profile was changed, and takes the new name at once.', async () => {
  const { changes, live, save, noted } = setUp(options());
  save(marked(), options());
  await changes.compare(live);
  save(marked({ name: 'Oslo' }), options({ name: 'Oslo' }));
  await changes.compare(live);
  save(marked({ name: 'Oslo', host: 'b' }), options({ name: 'Oslo', host: 'b' }));
  await changes.compare(live);
  save(marked({ name: 'Oslo' }), options({ name: 'Oslo' }));
  await changes.compare(live);
  expect(noted).toEqual(['Plant same', 'Oslo same', 'Oslo changed', 'Oslo same']);
});

test('A new password is a change, whatever the profile looks like.', async () => {
  const { changes, live, save, noted } = setUp(options());
  save(marked(), options({ password: 'hunter3' }));
  await changes.compare(live);
  expect(noted).toEqual(['Plant changed']);
});

test('What was compared is not read again, until it is saved again.', async () => {
  const { changes, live, save, reads } = setUp(options());
  save(marked(), options());
  await changes.compare(live);
  await changes.compare(live);
  expect(reads()).toBe(1);
  save(marked(), options());
  await changes.compare(live);
  expect(reads()).toBe(2);
});

test('While secrets cannot be read the rest is compared, and all of it once they can.', async () => {
  const { changes, live, save, noted, reads } = setUp(options());
  save(marked(), LOCKED);
  await changes.compare(live);
  save(marked({ port: 1884 }), LOCKED);
  await changes.compare(live);
  expect(noted).toEqual(['Plant same', 'Plant changed']);
  expect(await changes.apply(live)).toBe(LOCKED);
  expect(reads()).toBe(3);
});

test('A profile that is removed has not changed any more; put back, it is compared again.', async () => {
  const { changes, live, save, remove, noted, restarts } = setUp(options());
  save(marked({ host: 'b' }), options({ host: 'b' }));
  await changes.compare(live);
  remove();
  await changes.compare(live);
  await changes.compare(live);
  expect(await changes.apply(live)).toBeNull();
  expect([noted, restarts]).toEqual([['Plant changed', 'Plant same'], []]);
  save(marked({ host: 'b' }), options({ host: 'b' }));
  await changes.compare(live);
  expect(noted.at(-1)).toBe('Plant changed');
});

test('A connection of no profile is compared with none.', async () => {
  const { changes, live, save, noted, reads } = setUp(options(), null);
  save(marked({ host: 'b' }), options({ host: 'b' }));
  await changes.compare(live);
  expect([await changes.apply(live), noted, reads()]).toEqual([null, [], 0]);
});

test('An older answer does not overtake what was saved meanwhile.', async () => {
  const { changes, live, save, noted, hold } = setUp(options());
  let go: () => void = () => undefined;
  void hold(new Promise((resolve) => (go = resolve)));
  save(marked({ host: 'b' }), options({ host: 'b' }));
  const first = changes.compare(live);
  save(marked(), options());
  const second = changes.compare(live);
  go();
  await Promise.all([first, second]);
  expect(noted).toEqual(['Plant same']);
});

test('Asked to connect by two windows it starts over once, with what is saved, and only where that differs.', async () => {
  const { changes, live, save, restarts } = setUp(options());
  save(marked({ host: 'b' }), options({ host: 'b' }));
  await changes.compare(live);
  const both = await Promise.all([changes.apply(live), changes.apply(live)]);
  expect(both).toEqual([{ kind: 'restarted' }, { kind: 'restarted' }]);
  expect(restarts).toEqual([options({ host: 'b' })]);
  expect(await changes.apply(live)).toBeNull();
  expect(restarts).toHaveLength(1);
});

test('Every saving is followed until the engine ends.', async () => {
  const { changes, save, noted } = setUp(options());
  const end = new AbortController();
  const following = changes.follow(end.signal);
  save(marked({ host: 'b' }), options({ host: 'b' }));
  await expect.poll(() => noted).toEqual(['Plant changed']);
  save(marked(), options());
  await expect.poll(() => noted.at(-1)).toBe('Plant same');
  end.abort();
  await following;
  save(marked({ host: 'c' }), options({ host: 'c' }));
  await Promise.resolve();
  expect(noted).toHaveLength(2);
});
