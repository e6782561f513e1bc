import type { Preset } from '../../../../src-main/contract/profiles/transfer.ts';

/** By question. */
export type Answers = Readonly<Record<string, string>>;

/** In the order given, presets of one service together. */
export function byService(presets: readonly Preset[]): readonly (readonly [string, readonly Preset[]])[] {
  const groups = new Map<string, Preset[]>();
  for (const preset of presets) {
    const group = groups.get(preset.service);
    if (group === undefined) groups.set(preset.service, [preset]);
    else group.push(preset);
  }
  return [...groups];
}

export function firstAnswers({ questions }: Preset): Answers {
  return Object.fromEntries(
    questions.map(({ id, input, initial, choices }) => [
      id,
      input === 'choice' && initial === '' ? (choices[0]?.value ?? '') : initial,
    ]),
  );
}

/** The rules that are broken, by question; the engine has the last word. */
export function answerErrors({ questions }: Preset, answers: Answers): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { id, required, pattern, rule } of questions) {
    const answer = (answers[id] ?? '').trim();
    if (answer === '') {
      if (required) errors[id] = 'This is needed.';
    } else if (pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(answer)) {
      errors[id] = rule;
    }
  }
  return errors;
}
