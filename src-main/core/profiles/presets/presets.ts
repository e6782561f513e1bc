import { failed, type Failure } from '../../../contract/base/errors.ts';
import { ConnectionOptions, DEFAULT_SUBSCRIPTIONS } from '../../../contract/model/model.ts';
import type { Preset, PresetQuestion } from '../../../contract/profiles/transfer.ts';
import { checkTopicFilter } from '../../topics/names.ts';
import { readHost } from '../host.ts';
import { PUBLIC_TLS, type Answers, type Filled, type Recipe } from './preset-parts.ts';
import { AWS } from './presets-aws.ts';
import { AZURE } from './presets-azure.ts';
import { BROKERS } from './presets-brokers.ts';
import { CLOUDS } from './presets-clouds.ts';
import { hostAndPort } from '../shown-address.ts';

const RECIPES: ReadonlyMap<string, Recipe> = new Map(
  [...BROKERS, ...CLOUDS, ...AWS, ...AZURE].map((recipe) => [recipe.preset.id, recipe]),
);

/** In the order in which they are offered. */
export const PRESETS: readonly Preset[] = [...RECIPES.values()].map(({ preset }) => preset);

export type Applied =
  | { readonly kind: 'applied'; readonly options: ConnectionOptions; readonly notes: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  | Failure;

export interface Problem {
  /** Id of the question. */
  readonly question: string;
  readonly message: string;
}

/**
 * Fills what a preset knows into options and leaves the rest as it is: times, proxy, colour, user
 * properties. Subscriptions are replaced where they are those of a new profile or of another preset.
 */
export function applyPreset(
  options: ConnectionOptions,
  presetId: string,
  answers: Readonly<Record<string, string>>,
): Applied {
  const recipe = RECIPES.get(presetId);
  if (recipe === undefined) {
    return failed('no-such-preset', 'There is no preset of this name.', 'Choose one from the list.');
  }
  const { questions } = recipe.preset;
  const asked: Answers = Object.fromEntries(
    questions.map(({ id }) => [id, (Object.hasOwn(answers, id) ? (answers[id] ?? '') : '').trim()]),
  );
  const problems = questions.flatMap((question) => problemOf(question, asked[question.id] ?? ''));
  const problem = problems.length > 0 ? null : (recipe.check?.(asked) ?? null);
  if (problem !== null) problems.push(problem);
  if (problems.length > 0) return { kind: 'invalid', problems };
  return fill(options, recipe, asked);
}

function problemOf(question: PresetQuestion, answer: string): Problem[] {
  const { id, label, required, pattern, rule, input, choices } = question;
  const problem = (message: string): Problem[] => [{ question: id, message }];
  if (answer === '') return required ? problem(`${label} is needed.`) : [];
  if (input === 'choice') {
    return choices.some(({ value }) => value === answer) ? [] : problem('Choose one of the list.');
  }
  if (pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(answer)) return problem(rule);
  if (id === 'host') return isPlainHost(answer) ? [] : problem(rule);
  const filter = id === 'filter' ? checkTopicFilter(answer) : null;
  return filter === null ? [] : problem(`${filter.message} ${filter.advice}`);
}

/** By the one rule for hosts; a port has a question of its own, or is given. */
function isPlainHost(text: string): boolean {
  const read = readHost(text);
  return read.kind === 'host' && read.port === null;
}

function fill(before: ConnectionOptions, { preset, fill: make }: Recipe, answers: Answers): Applied {
  const { filters, tls, ...filled }: Filled = make(answers);
  const keepsSubscriptions = filters === undefined || !isReplaceable(before, preset.id, filters.length);
  const merged = ConnectionOptions.safeParse({
    ...before,
    // What another preset may have left, and this one does not say.
    version: 'auto',
    signing: { kind: 'none' },
    authentication: 'none',
    notSecret: { ...before.notSecret, username: false },
    ...filled,
    // Files of another service are nothing to show to this one, nor is the protocol it is asked for by name.
    tls: { ...before.tls, ...(isOfAnother(before, preset) ? PUBLIC_TLS : {}), ...tls },
    subscriptions: keepsSubscriptions ? before.subscriptions : filters,
    preset: preset.id,
    serviceLimits: preset.limits,
  });
  if (!merged.success) {
    const field = String(merged.error.issues[0]?.path[0] ?? '');
    const question = preset.questions.find(({ id }) => id === field)?.id ?? preset.questions[0]?.id ?? '';
    return { kind: 'invalid', problems: [{ question, message: 'This value cannot be used.' }] };
  }
  const named = { ...merged.data, name: nameOf(before, merged.data, preset) };
  return {
    kind: 'applied',
    options: named,
    notes: notesOn(named, preset, keepsSubscriptions && filters !== undefined),
  };
}

const isOfAnother = (before: ConnectionOptions, { id }: Preset): boolean =>
  before.preset !== null && before.preset !== id;

/** The subscriptions were not chosen by the user: the profile is new, or they came from a preset. */
function isReplaceable({ subscriptions, preset }: ConnectionOptions, id: string, count: number): boolean {
  if (preset !== null) return preset !== id || subscriptions.length === count;
  const filters = subscriptions.map(({ filter }) => filter).toSorted();
  const usual = DEFAULT_SUBSCRIPTIONS.map(({ filter }) => filter).toSorted();
  return filters.join('\n') === usual.join('\n');
}

/** A name chosen by the user stays; one made from the old address follows the new address. */
function nameOf(before: ConnectionOptions, after: ConnectionOptions, preset: Preset): string {
  const made = ['', before.host, hostAndPort(before)];
  if (!made.includes(before.name)) return before.name;
  return `${preset.service} ${after.host}`.slice(0, 200);
}

function notesOn(
  { will, keepAlive, subscriptions }: ConnectionOptions,
  preset: Preset,
  kept: boolean,
): string[] {
  const { limits } = preset;
  const notes: string[] = [];
  if (kept && subscriptions.some(({ filter }) => filter === '#' || filter.startsWith('$SYS'))) {
    notes.push('Your subscriptions were left as they are; this service may refuse # and $SYS/#.');
  }
  if (will !== null && will.retain && limits.retain === false) {
    notes.push('The will has Retain, which this service does not keep: remove it.');
  }
  if (will !== null && limits.maximumQos !== null && will.qos > limits.maximumQos) {
    notes.push(`The will has QoS ${will.qos}, and this service allows ${limits.maximumQos}: lower it.`);
  }
  const { keepAliveMin, keepAliveMax } = limits;
  if (
    (keepAliveMin !== null && keepAlive < keepAliveMin) ||
    (keepAliveMax !== null && keepAlive > keepAliveMax)
  ) {
    notes.push('The keep-alive is outside of what this service allows; the nearest that it allows is sent.');
  }
  return notes;
}
