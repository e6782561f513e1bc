// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { MessageType } from '../../../../../src-renderer/features/publish/message-type.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { fakePublishing, type FakePublishing } from '../../../../support/window/fake-publishing.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { answer, live, emit, type Live } from '../../../../support/window/live.ts';

let fake: FakePublishing;

beforeEach(async () => {
  fake = await fakePublishing();
});
afterEach(teardown);

const schema = (name: string, ...types: string[]) => ({ name, types, problem: null });
const open = async () => {
  const page = live(<MessageType session={fake.session} publishing={fake.publishing} />);
  const field = (await page.findByLabelText('Protobuf message')) as HTMLInputElement;
  return { page, field };
};
const offered = (field: HTMLInputElement) =>
  [...(field.list?.querySelectorAll('option') ?? [])].map(({ value }) => value);
const upload = (page: Live, name: string, text: string) =>
  page.user.upload(document.querySelector<HTMLInputElement>('input[type=file]')!, new File([text], name));

describe('The Protobuf message of a payload', () => {
  test('is typed, or chosen from those of the .proto files that are kept', async () => {
    const files = emit(fake.engine, 'schemas', { files: [schema('a.proto', 'p.A'), schema('b.avsc', 'B')] });
    const { page, field } = await open();
    await expect.poll(() => offered(field)).toEqual(['p.A']);
    files.set({ files: [schema('a.proto', 'p.A', 'p.B')] });
    await expect.poll(() => offered(field)).toEqual(['p.A', 'p.B']);
    await page.user.type(field, 'p.B');
    expect(fake.publishing.store.getState().draft.message).toBe('p.B');
  });

  test('offers none that would be drawn otherwise than it is', async () => {
    emit(fake.engine, 'schemas', { files: [schema('a.proto', 'p.A', ...HOSTILE_TEXTS)] });
    const { field } = await open();
    await expect.poll(() => offered(field)).toContain('p.A');
    expect(offered(field).every(isSafeText)).toBe(true);
  });

  test('is known from a file that is added', async () => {
    const saved = answer(fake.engine, 'saveSchema', () => ({ kind: 'done' }));
    const { page } = await open();
    expect(page.getByRole('button', { name: 'Add .proto file…' })).toBeTruthy();
    await upload(page, 'a.proto', 'message A {}');
    await expect.poll(() => saved).toEqual([{ name: 'a.proto', text: 'message A {}' }]);
    expect(page.queryByRole('note')).toBeNull();
  });

  test('says why a file is none, whatever that is called, until one is', async () => {
    const name = HOSTILE_TEXTS.join('');
    answer(fake.engine, 'saveSchema', () => failed('no-schema', `${name} is no schema.`, ''));
    const { page } = await open();
    await upload(page, 'a.proto', 'x');
    const note = await page.findByRole('note');
    expect(note.textContent).toContain('is no schema.');
    expect(isSafeText(note.textContent)).toBe(true);
    answer(fake.engine, 'saveSchema', () => ({ kind: 'done' }));
    await upload(page, 'a.proto', 'message A {}');
    await expect.poll(() => page.queryByRole('note')).toBeNull();
  });
});
