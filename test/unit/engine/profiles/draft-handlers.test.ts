import { expect, test } from 'vitest';
import { draftHandlers } from '../../../../src-main/engine/profiles/draft-handlers.ts';

function store() {
  const handlers = draftHandlers();
  return {
    keep: (key: string, text: string) => handlers.keepDraft({ key, text }),
    forget: (key: string) => handlers.forgetDraft({ key }),
    async drafts() {
      const { drafts } = await handlers.keptDrafts({});
      return Object.fromEntries(drafts.map(({ key, text }) => [key, text]));
    },
  };
}

test('the newest text of each form is kept until it is forgotten', async () => {
  const { keep, forget, drafts } = store();
  await keep('new', 'a');
  await keep('p1', 'b');
  await keep('new', 'c');
  expect(await drafts()).toEqual({ new: 'c', p1: 'b' });
  await forget('new');
  expect(await drafts()).toEqual({ p1: 'b' });
});

test('the oldest forms make room, by number and by size', async () => {
  const { keep, drafts } = store();
  for (let n = 0; n < 25; n++) await keep(`p${n}`, 'x');
  expect(Object.keys(await drafts())).toEqual(Array.from({ length: 20 }, (_, n) => `p${n + 5}`));
  const large = 'x'.repeat(4_000_000);
  for (let n = 0; n < 5; n++) await keep(`large${n}`, large);
  expect(Object.keys(await drafts())).toEqual(['large1', 'large2', 'large3', 'large4']);
});
