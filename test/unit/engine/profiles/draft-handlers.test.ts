import { expect, test } from 'vitest';
import { draftHandlers } from '../../../../src-main/engine/profiles/draft-handlers.ts';

function store() {
  const handlers = draftHandlers();
  return {
    keep: (key: string, text: string) => handlers.keepDraft({ key, text: new TextEncoder().encode(text) }),
    forget: (key: string) => handlers.forgetDraft({ key }),
    async drafts() {
      const { keys } = await handlers.keptDrafts({});
      const texts = await Promise.all(keys.map(async (key) => handlers.readDraft({ key })));
      return Object.fromEntries(
        keys.map((key, at) => {
          const draft = texts[at];
          return [key, draft?.kind === 'draft' ? new TextDecoder().decode(draft.text) : null];
        }),
      );
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
  for (let n = 0; n < 105; n++) await keep(`p${n}`, 'x');
  expect(Object.keys(await drafts())).toEqual(Array.from({ length: 100 }, (_, n) => `p${n + 5}`));
  const large = 'x'.repeat(15_000_000);
  for (let n = 0; n < 5; n++) await keep(`large${n}`, large);
  expect(Object.keys(await drafts())).toEqual(['large1', 'large2', 'large3', 'large4']);
});

test('what is not kept is answered with “gone”', async () => {
  expect(await draftHandlers().readDraft({ key: 'never' })).toEqual({ kind: 'gone' });
});
