import type { ConnectionState } from '../../../contract/model/model.ts';
import { nextRetry, NO_RETRIES, type BackOffLimits, type RetryHistory } from './backoff.ts';
import type { Phase } from '../failures/failures.ts';
import type { Ending } from '../failures/reasons.ts';
import {
  versionProven,
  versionRefused,
  versionToTry,
  type VersionMemory,
  type WireVersion,
} from './version.ts';

/** All that decides what happens next; one value, replaced at each step. */
export interface SessionModel {
  readonly state: ConnectionState;
  /** Number of the attempt since the last session or the user's order, from 1. */
  readonly attempt: number;
  readonly retries: RetryHistory;
  readonly versions: VersionMemory;
}

export type Online = Extract<ConnectionState, { kind: 'online' }>;

export type SessionEvent =
  /** The user wants it connected. */
  | { readonly kind: 'connect' }
  /** The user wants it disconnected. */
  | { readonly kind: 'disconnect' }
  /** Do not wait any longer. */
  | { readonly kind: 'retry-now' }
  /** The wait is over. */
  | { readonly kind: 'due' }
  /** The attempt goes on; `at` is a host while resolving, else an address. */
  | { readonly kind: 'phase'; readonly phase: Exclude<Phase, 'online'>; readonly at: string }
  | { readonly kind: 'online'; readonly state: Online }
  | {
      readonly kind: 'ended';
      readonly ending: Ending;
      /** It looks as if the broker did not know the version of CONNECT. */
      readonly versionUnknown: boolean;
    }
  /** The clock on the wall was set back by so many ms; the times that are kept move along. */
  | { readonly kind: 'set-back'; readonly ms: number };

/** What the driver has to do. */
export type SessionEffect =
  | { readonly kind: 'start'; readonly version: WireVersion }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Close whatever is open, and cancel the wait. */
  | { readonly kind: 'close' }
  | null;

export interface SessionStep {
  readonly model: SessionModel;
  readonly effect: SessionEffect;
}

/** What a step needs of the world. */
export interface StepContext {
  /** ms since the epoch */
  readonly now: number;
  /** In [0, 1) */
  readonly random: number;
  readonly backOff: BackOffLimits;
}

export function idle(versions: VersionMemory): SessionModel {
  return { state: { kind: 'idle' }, attempt: 0, retries: NO_RETRIES, versions };
}

/** An attempt or a session is going on. */
export function isActive(state: ConnectionState): boolean {
  return state.kind !== 'idle' && state.kind !== 'waiting' && state.kind !== 'stopped';
}

/** The next model and what to do. An event that makes no sense in the state changes nothing. */
export function step(model: SessionModel, event: SessionEvent, context: StepContext): SessionStep {
  switch (event.kind) {
    case 'connect':
      return isActive(model.state)
        ? { model, effect: null }
        : begin({ ...model, attempt: 0, retries: NO_RETRIES }, context);
    case 'retry-now':
      return model.state.kind === 'waiting' || model.state.kind === 'stopped'
        ? begin(model, context)
        : { model, effect: null };
    case 'due':
      return model.state.kind === 'waiting' ? begin(model, context) : { model, effect: null };
    case 'disconnect':
      return disconnect(model, context);
    case 'phase':
      return phase(model, event, context);
    case 'online':
      return isActive(model.state) ? online(model, event.state) : { model, effect: null };
    case 'ended':
      return isActive(model.state) ? ended(model, event, context) : { model, effect: null };
    case 'set-back':
      return { model: setBack(model, event.ms), effect: null };
  }
}

function setBack(model: SessionModel, ms: number): SessionModel {
  const { state, retries } = model;
  const { outageSince } = retries;
  return {
    ...model,
    retries: outageSince === null ? retries : { ...retries, outageSince: outageSince - ms },
    state: stateSetBack(state, ms),
  };
}

function stateSetBack(state: ConnectionState, ms: number): ConnectionState {
  switch (state.kind) {
    case 'idle':
      return state;
    case 'waiting':
      return { ...state, retryAt: state.retryAt - ms };
    default:
      return { ...state, since: state.since - ms };
  }
}

function begin(model: SessionModel, context: StepContext): SessionStep {
  const attempt = model.attempt + 1;
  return {
    model: { ...model, attempt, state: { kind: 'resolving', attempt, since: context.now, host: '' } },
    effect: { kind: 'start', version: versionToTry(model.versions) },
  };
}

function disconnect(model: SessionModel, context: StepContext): SessionStep {
  if (model.state.kind === 'stopped' && model.state.why === null) return { model, effect: null };
  return {
    model: {
      ...model,
      attempt: 0,
      retries: NO_RETRIES,
      state: { kind: 'stopped', since: context.now, why: null },
    },
    effect: { kind: 'close' },
  };
}

function online(model: SessionModel, state: Online): SessionStep {
  return { model: { ...model, state, versions: versionProven(model.versions, state.version) }, effect: null };
}

function phase(
  model: SessionModel,
  event: Extract<SessionEvent, { kind: 'phase' }>,
  context: StepContext,
): SessionStep {
  if (!isActive(model.state) || model.state.kind === 'online') return { model, effect: null };
  const state = phaseState(model, event.phase, event.at, context.now);
  return { model: { ...model, state }, effect: null };
}

function phaseState(
  model: SessionModel,
  entered: Exclude<Phase, 'online'>,
  at: string,
  since: number,
): ConnectionState {
  const { attempt } = model;
  switch (entered) {
    case 'resolving':
      return { kind: 'resolving', attempt, since, host: at };
    // The contract has one state for both; `at` names the proxy.
    case 'connecting':
    case 'proxying':
      return { kind: 'connecting', attempt, since, address: at };
    case 'securing':
      return { kind: 'securing', attempt, since, address: at };
    // The contract has one state for both handshakes above TCP and TLS; the phases distinguish them.
    case 'upgrading':
    case 'handshaking':
      return { kind: 'handshaking', attempt, since, address: at, version: versionToTry(model.versions) };
  }
}

function ended(
  model: SessionModel,
  event: Extract<SessionEvent, { kind: 'ended' }>,
  context: StepContext,
): SessionStep {
  const { failure, retry } = event.ending;
  const wasOnline = model.state.kind === 'online';
  // An answer that forbids trying again; a close may mean anything.
  const said = retry === 'never';
  const { memory, again } = versionRefused(model.versions, event.versionUnknown && !wasOnline, said);
  if (again) return begin({ ...model, versions: memory }, context);
  const onlineMs = model.state.kind === 'online' ? context.now - model.state.since : null;
  // After a session the attempts are counted again; the back-off has its own memory.
  const attempt = wasOnline ? 0 : model.attempt;
  if (retry === 'never') {
    return {
      model: {
        versions: memory,
        retries: NO_RETRIES,
        attempt,
        state: { kind: 'stopped', since: context.now, why: failure },
      },
      effect: { kind: 'close' },
    };
  }
  const end = { now: context.now, onlineMs, slowly: retry === 'slowly' };
  const { history, ms } = nextRetry(model.retries, end, context.backOff, context.random);
  return {
    model: {
      versions: memory,
      retries: history,
      attempt,
      state: { kind: 'waiting', retryAt: context.now + ms, attempt: attempt + 1, why: failure },
    },
    effect: { kind: 'wait', ms },
  };
}
