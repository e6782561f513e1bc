import { Profile } from '../../../src-main/contract/model/model.ts';
import { put } from '../../../src-main/core/profiles/list.ts';
import { ProfileStore } from '../../../src-main/engine/profiles/profile-store.ts';

// A program of its own that adds profiles to a folder: `profile-writer.ts FOLDER NAME COUNT`.

const [, , dir = '', name = '', count = '0'] = process.argv;
const store = new ProfileStore(dir, Date.now, () => []);
await store.load();
process.stdout.write('ready\n');
for (let i = 0; i < Number(count); i++) {
  const options = { name: `${name}${i}`, protocol: 'mqtt', host: 'h', port: 1 };
  const problem = await store.change(put(Profile.parse({ id: `${name}${i}`, options })));
  if (problem !== null) throw new Error(problem.message);
}
store.close();
