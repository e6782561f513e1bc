import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import type { Verdict, VerdictRule } from '../../../../src-main/contract/model/verdicts.ts';
import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import { isOff, narrowerFilter, refused } from '../../../state/connections/describe.ts';

export interface VerdictAction {
  readonly id: string;
  readonly label: string;
  /** The accessible name, where the window has another button with this label. */
  readonly name?: string;
  /** The one that is most likely to help. */
  readonly main?: boolean;
  /** Answers why it could not be done; null when it was. */
  readonly run: () => Promise<string | null>;
}

/** Rules about a link that may be asked whether it is alive. */
const ABOUT_LIFE: readonly VerdictRule[] = [
  'broker-frozen',
  'half-open',
  'late-answers',
  'keep-alive-too-long',
  'time-jump',
];
/** Rules about what a session does while it lasts: connecting again is no answer to them. */
const ABOUT_TRAFFIC: readonly VerdictRule[] = [
  'broker-drops',
  'retained-missing',
  'queue-limit',
  'silent-acl',
  'wildcard-denied',
  'no-subscriber',
  'quarantined',
  'overlapping',
  'wills-firing',
  'late-answers',
];
/** Rules whose answer is in the profile. */
const ABOUT_PROFILE: readonly VerdictRule[] = ['taken-over', 'keep-alive-too-long', 'credentials'];

/** What a person can do about a verdict from here; an empty list for what only the broker's owner can. */
export function verdictActions(
  app: AppState,
  connection: ConnectionSummary,
  verdict: Verdict,
): readonly VerdictAction[] {
  const actions: VerdictAction[] = [];
  if (!verdict.over && !ABOUT_TRAFFIC.includes(verdict.rule))
    actions.push(...again(app, connection, verdict));
  if (!verdict.over && verdict.rule === 'wildcard-denied') actions.push(...narrower(app, connection));
  if (ABOUT_LIFE.includes(verdict.rule) && connection.state.kind === 'online') {
    actions.push({ id: 'ping', label: 'Ping now', run: () => trouble(pingNow(app, connection)) });
  }
  const { profileId } = connection;
  if (ABOUT_PROFILE.includes(verdict.rule) && profileId !== null) {
    actions.unshift({
      id: 'profile',
      label: 'Edit profile…',
      main: !verdict.over,
      run: () => done(() => app.shell.open({ kind: 'editor', profileId, prefill: null })),
    });
  }
  if (verdict.rule === 'clock-skew') {
    const of = { kind: 'server', connection: connection.id, name: connection.name } as const;
    actions.push({
      id: 'certificates',
      label: 'View certificates',
      run: () => done(() => app.shell.openOver({ kind: 'certificates', of })),
    });
  }
  return actions;
}

/** Connecting again: never by itself where it would make things worse, always on request. */
function again(
  app: AppState,
  { id, name: connection, state }: ConnectionSummary,
  { rule }: Verdict,
): readonly VerdictAction[] {
  const called = shortened(escapeUnsafe(connection));
  if (state.kind === 'waiting') {
    const name = `Retry now: ${called}`;
    return [
      { id: 'retry', label: 'Retry now', name, main: true, run: () => ask(app.connections.retryNow(id)) },
      { id: 'stop', label: 'Stop trying', run: () => ask(app.connections.disconnect(id)) },
    ];
  }
  if (!isOff(state)) return [];
  const main = !ABOUT_PROFILE.includes(rule);
  const name = `Connect ${called}`;
  return [{ id: 'connect', label: 'Connect', name, main, run: () => ask(app.connections.connect(id)) }];
}

function narrower(app: AppState, { id, subscriptions }: ConnectionSummary): readonly VerdictAction[] {
  return refused(subscriptions).flatMap(({ filter, qos }) => {
    const other = narrowerFilter(filter);
    if (other === '' || subscriptions.some((one) => one.filter === other)) return [];
    return [
      {
        id: `subscribe ${filter}`,
        label: `Subscribe to ${other}`,
        main: true,
        run: () => ask(app.connections.subscribe(id, { filter: other, qos })),
      },
    ];
  });
}

/** What became of a publish that was held back, once a person decided on it: sent is not yet taken. */
export function decidedWords(outcome: PublishOutcome | { readonly kind: 'done' }): string {
  switch (outcome.kind) {
    case 'done':
      return 'Discarded.';
    case 'sent':
    case 'acknowledged':
      return 'Sent again.';
    case 'refused':
    case 'unknown':
      return `${outcome.failure.message} ${outcome.failure.advice}`;
    case 'failed':
      return `${outcome.message} ${outcome.advice}`;
  }
}

/** The round trip in ms, or why there was no answer. */
export async function pingNow(app: AppState, { id }: ConnectionSummary): Promise<number | string> {
  const answer = await callEngine(() => app.engine.call('pingNow', { connection: id }));
  return isFailure(answer) ? `${answer.message} ${answer.advice}` : answer.ms;
}

async function ask(question: Promise<{ message: string; advice: string } | null>): Promise<string | null> {
  const failure = await question;
  return failure === null ? null : `${failure.message} ${failure.advice}`;
}

function done(run: () => void): Promise<null> {
  run();
  return Promise.resolve(null);
}

async function trouble(ping: Promise<number | string>): Promise<string | null> {
  const answer = await ping;
  return typeof answer === 'string' ? answer : null;
}
