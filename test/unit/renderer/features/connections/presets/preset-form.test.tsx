import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import type { Preset, PresetQuestion } from '../../../../../../src-main/contract/profiles/transfer.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { PRESETS } from '../../../../../../src-main/core/profiles/presets/presets.ts';
import { PresetForm } from '../../../../../../src-renderer/features/connections/presets/preset-form.ts';
import { PresetQuestions } from '../../../../../../src-renderer/features/connections/presets/preset-questions.tsx';
import {
  answerErrors,
  byService,
  firstAnswers,
} from '../../../../../../src-renderer/features/connections/presets/presets.ts';
import type { Engine } from '../../../../../../src-renderer/state/engine/engine.ts';

const OPTIONS = ConnectionOptions.parse({ name: 'a', protocol: 'mqtt', host: 'a.example', port: 1883 });

const question = (id: string, more: Partial<PresetQuestion> = {}): PresetQuestion => ({
  id,
  label: id,
  hint: '',
  example: '',
  input: 'text',
  choices: [],
  required: true,
  initial: '',
  pattern: null,
  rule: '',
  ...more,
});

const preset = (id: string, questions: PresetQuestion[], service = id): Preset => ({
  id,
  service,
  title: id,
  text: '',
  questions,
  limits: {} as Preset['limits'],
  facts: [],
});

const A = preset('a', [question('host'), question('key', { required: false })]);
const B = preset('b', [question('host')]);

/** The engine's answers come when the test gives them. */
function form(presets: readonly Preset[] = [A, B], chosen: string | null = null) {
  const asked: { preset: string; answers: object }[] = [];
  const answers: ((answer: unknown) => void)[] = [];
  const call = (_: string, params: { preset: string; answers: object }) => {
    asked.push({ preset: params.preset, answers: params.answers });
    return new Promise((resolve) => answers.push(resolve));
  };
  const made = new PresetForm({ call } as unknown as Pick<Engine, 'call'>, presets, chosen);
  return { asked, answers, form: made };
}

const applied = (host: string) => ({ kind: 'applied', options: { ...OPTIONS, host }, notes: [] });

describe('a preset that is chosen', () => {
  test('is the one the form was filled by, or the first; without any there is nothing to do', async () => {
    const first = (presets: readonly Preset[], chosen: string | null) =>
      form(presets, chosen).form.store.getState().preset?.id;
    expect([first([A, B], 'b'), first([A, B], 'gone'), first([A, B], null)]).toEqual(['b', 'a', 'a']);
    const none = form([]);
    expect(none.form.store.getState().preset).toBeNull();
    expect(await none.form.apply(OPTIONS)).toEqual({ kind: 'failed' });
    expect(none.asked).toEqual([]);
  });

  test('forgets what was answered for another one, and what was said of it', async () => {
    const { form: one } = form();
    one.answer('key', 'secret');
    await one.apply(OPTIONS);
    expect(one.errors()).toEqual({ host: 'This is needed.' });
    one.choose('b');
    expect([one.store.getState().answers, one.errors()]).toEqual([{ host: '' }, {}]);
    one.choose('no such preset');
    expect(one.store.getState().preset?.id).toBe('b');
  });

  test('asks the engine only with whole answers, and says what is missing once it was asked for', async () => {
    const { asked, form: one } = form();
    expect(one.errors()).toEqual({});
    expect(await one.apply(OPTIONS)).toEqual({ kind: 'wrong' });
    expect([asked, one.errors()]).toEqual([[], { host: 'This is needed.' }]);
    one.answer('host', 'x');
    expect(one.errors()).toEqual({});
  });
});

describe('what the engine answers', () => {
  test('fills the form', async () => {
    const { asked, answers, form: one } = form();
    one.answer('host', 'x');
    const applying = one.apply(OPTIONS);
    answers[0]?.(applied('x'));
    expect(await applying).toMatchObject({ kind: 'applied', options: { host: 'x' } });
    expect(asked).toEqual([{ preset: 'a', answers: { host: 'x', key: '' } }]);
  });

  test.each([
    ['another preset was chosen', (one: PresetForm) => one.choose('b')],
    ['the dialog was left', (one: PresetForm) => one.closed()],
  ])('fills nothing once %s', async (_, meanwhile) => {
    const { answers, form: one } = form();
    one.answer('host', 'x');
    const applying = one.apply(OPTIONS);
    meanwhile(one);
    answers[0]?.(applied('x'));
    expect(await applying).toEqual({ kind: 'late' });
  });

  test('of another preset is said at none that was chosen since', async () => {
    const { answers, form: one } = form();
    one.answer('host', 'x');
    const applying = one.apply(OPTIONS);
    one.choose('b');
    answers[0]?.({ kind: 'invalid', problems: [{ question: 'host', message: 'Not a host of A.' }] });
    await applying;
    expect([one.errors(), one.store.getState().problem]).toEqual([{}, null]);
  });

  test('fills the form once where it was clicked twice', async () => {
    const { answers, form: one } = form();
    one.answer('host', 'x');
    const both = [one.apply(OPTIONS), one.apply(OPTIONS)];
    answers[1]?.(applied('second'));
    answers[0]?.(applied('first'));
    expect((await Promise.all(both)).map(({ kind }) => kind)).toEqual(['late', 'applied']);
  });

  test('stands at its question until another answer is given there', async () => {
    const { answers, form: one } = form();
    one.answer('host', 'x');
    const applying = one.apply(OPTIONS);
    answers[0]?.({
      kind: 'invalid',
      problems: [
        { question: 'host', message: 'No.' },
        { question: 'key', message: 'No key.' },
      ],
    });
    expect(await applying).toEqual({ kind: 'wrong' });
    expect(one.errors()).toEqual({ host: 'No.', key: 'No key.' });
    one.answer('host', 'y');
    expect(one.errors()).toEqual({ key: 'No key.' });
  });

  test('is a problem where it failed, until it is tried again', async () => {
    const { answers, form: one } = form();
    one.answer('host', 'x');
    const applying = one.apply(OPTIONS);
    answers[0]?.(failed('no-such-preset', 'It is gone.', ''));
    expect(await applying).toEqual({ kind: 'failed' });
    expect(one.store.getState().problem?.code).toBe('no-such-preset');
    const again = one.apply(OPTIONS);
    expect(one.store.getState().problem).toBeNull();
    answers[1]?.(applied('x'));
    await again;
  });
});

describe('the presets there are', () => {
  const all = PRESETS;

  test('stand together by service, each once, in their order', () => {
    const mixed = [preset('1', [], 'X'), preset('2', [], 'Y'), preset('3', [], 'X')];
    expect(byService(mixed).map(([service, group]) => [service, group.map(({ id }) => id)])).toEqual([
      ['X', ['1', '3']],
      ['Y', ['2']],
    ]);
    expect(byService(all).flatMap(([, group]) => group)).toHaveLength(all.length);
    expect(byService([])).toEqual([]);
  });

  test('begin with answers that break no rule but that something is missing', () => {
    expect(all.length).toBeGreaterThan(10);
    for (const one of all)
      for (const [id, words] of Object.entries(answerErrors(one, firstAnswers(one))))
        expect([one.id, id, words]).toEqual([one.id, id, 'This is needed.']);
  });

  test('say their rule of an answer that holds only in part', () => {
    const one = preset('p', [question('id', { pattern: 'a|bc', rule: 'Wrong.' })]);
    const error = (id: string) => answerErrors(one, { id })['id'] ?? null;
    expect(['a', 'bc', ' a ', 'ac', 'abc', 'a\nb', ' '].map(error)).toEqual([
      null,
      null,
      null,
      'Wrong.',
      'Wrong.',
      'Wrong.',
      'This is needed.',
    ]);
  });

  test.each(all.map((one) => [one.id, one] as const))(
    '%s is drawn with a field for each question',
    (_, one) => {
      const drawn = renderToStaticMarkup(
        <PresetQuestions
          preset={one}
          answers={firstAnswers(one)}
          errors={Object.fromEntries(one.questions.map(({ id }) => [id, `wrong: ${id}`]))}
          onAnswer={() => undefined}
        />,
      );
      for (const { id } of one.questions) expect(drawn).toContain(`wrong: ${id}`);
      expect(drawn.match(/aria-invalid="true"/g)).toHaveLength(one.questions.length);
      expect(isSafeText(drawn)).toBe(true);
    },
  );
});
