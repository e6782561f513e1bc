import { expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { MAX_CERTIFICATE_BYTES } from '../../../../../../src-renderer/features/connections/base/certificate-file.ts';
import { ChosenFile } from '../../../../../../src-renderer/features/connections/base/chosen-file.ts';

/** A file whose bytes come when the test says so. */
function slow(name: string, size = 3) {
  let give: (bytes: ArrayBuffer) => void = () => undefined;
  let refuse: () => void = () => undefined;
  const read = new Promise<ArrayBuffer>((resolve, reject) => {
    give = resolve;
    refuse = () => reject(new Error('gone'));
  });
  const file = { name, size, arrayBuffer: () => read } as unknown as File;
  return { file, give: (text: string) => give(new TextEncoder().encode(text).buffer), refuse };
}

function field() {
  const texts: string[] = [];
  const chosen = new ChosenFile((bytes, name) => {
    const text = new TextDecoder().decode(bytes);
    return text === 'no' ? failed('not-pem', `${name} is no certificate.`, 'Choose another.') : text;
  });
  chosen.onText = (text) => texts.push(text);
  return { texts, chosen, problem: () => chosen.store.getState()?.message ?? null };
}

test('The file that was chosen last is in the field, whichever is read last.', async () => {
  const { texts, chosen } = field();
  const [a, b] = [slow('a'), slow('b')];
  const both = [chosen.take(a.file), chosen.take(b.file)];
  b.give('of b');
  a.give('of a');
  await Promise.all(both);
  expect(texts).toEqual(['of b']);
});

test('What was typed while a file is read stays, and so does nothing of a field that is gone.', async () => {
  for (const meanwhile of ['typed', 'closed'] as const) {
    const { texts, chosen, problem } = field();
    const [good, bad] = [slow('a'), slow('b')];
    const first = chosen.take(good.file);
    chosen[meanwhile]();
    good.give('late');
    const second = chosen.take(bad.file);
    chosen[meanwhile]();
    bad.refuse();
    await Promise.all([first, second]);
    expect([texts, problem()]).toEqual([[], null]);
  }
});

test('A file that is none for the field, cannot be read or is too large says so, until another is chosen.', async () => {
  const { texts, chosen, problem } = field();
  const wrong = slow('a.pem');
  wrong.give('no');
  await chosen.take(wrong.file);
  expect(problem()).toBe('a.pem is no certificate.');
  const gone = slow('b.pem');
  gone.refuse();
  await chosen.take(gone.file);
  expect(problem()).toContain('b.pem could not be read');
  await chosen.take(slow('c.pem', MAX_CERTIFICATE_BYTES + 1).file);
  expect(problem()).toContain('c.pem is larger than');
  const good = slow('d.pem', MAX_CERTIFICATE_BYTES);
  good.give('yes');
  await chosen.take(good.file);
  expect([texts, problem()]).toEqual([['yes'], null]);
});

test('A text goes to whom the newest draw says, not to the one that was there when the file was chosen.', async () => {
  const { texts, chosen } = field();
  const file = slow('a');
  const taking = chosen.take(file.file);
  chosen.onText = (text) => texts.push(`new form: ${text}`);
  file.give('text');
  await taking;
  expect(texts).toEqual(['new form: text']);
});
