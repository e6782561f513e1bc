import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionId, ConnectionOptions, Profile } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import type { ProfileMarks } from '../../../state/connections/profiles.ts';
import { savedOrder } from './rail-rows.ts';
import { isFailure } from '../../../state/engine/call-engine.ts';
import type { OpenAnswer, Selection } from '../../../state/connections/connections.ts';
import { isOff } from '../../../state/connections/describe.ts';

/** Shows a failure; clears the last one if there is none. */
export async function reportOf(app: AppState, doing: Promise<Failure | null>): Promise<boolean> {
  const problem = await doing;
  app.shell.report(problem);
  return problem === null;
}

/** Opens a saved profile, or connects again where it is open already. */
export async function connectProfile(app: AppState, profileId: string): Promise<boolean> {
  const open = app.connections.store.getState().connections.find((one) => one.profileId === profileId);
  if (open !== undefined) {
    app.connections.select({ kind: 'connection', id: open.id });
    if (!isOff(open.state)) return true;
    const problem = await app.connections.connect(open.id);
    if (problem !== null) return notOpened(app, problem, () => void connectProfile(app, profileId));
    app.shell.report(null);
    return true;
  }
  const profile = app.profiles.find(profileId);
  if (profile === null) {
    app.shell.report(failed('no-such-profile', 'This profile no longer exists.', 'Choose another one.'));
    return false;
  }
  const answer = await openOnce(app, profile);
  if (isFailure(answer)) {
    if (answer.code === 'secret-missing' || answer.code === 'secret-elsewhere')
      app.shell.open({ kind: 'editor', profileId, prefill: null });
    return notOpened(app, answer, () => void connectProfile(app, profileId));
  }
  app.shell.report(null);
  return true;
}

/** Profiles whose connection was asked for and is not in the list yet. */
const OPENING = new WeakMap<AppState, Map<string, Promise<OpenAnswer>>>();

/** A profile is opened once, however often its button is pressed before the list knows of it. */
function openOnce(app: AppState, { id, options }: Profile): Promise<OpenAnswer> {
  const all = OPENING.get(app) ?? new Map<string, Promise<OpenAnswer>>();
  OPENING.set(app, all);
  const running = all.get(id);
  if (running !== undefined) return running;
  const opening = app.connections.open(options, id);
  all.set(id, opening);
  void opening.then(async (answer) => {
    if (!isFailure(answer)) await nextList(app, answer.id);
    all.delete(id);
  });
  return opening;
}

/** Resolves when the list names a connection, or came once more without it: then it is closed already. */
function nextList({ connections: { store } }: AppState, id: ConnectionId): Promise<void> {
  const { connections: before } = store.getState();
  if (before.some((one) => one.id === id)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = store.subscribe(({ connections }) => {
      if (connections === before) return;
      end();
      resolve();
    });
  });
}

/** Says why; where only the vault stands in the way its passphrase is asked for, and then tried again. */
function notOpened(app: AppState, why: Failure, again: () => void): false {
  if (why.code === 'secrets-locked') {
    app.shell.report(null);
    app.shell.openOver({ kind: 'secrets', ask: 'unlock', after: again });
  } else {
    app.shell.report(why);
  }
  return false;
}

export async function startDemo(app: AppState): Promise<void> {
  const answer = await app.connections.startDemo();
  app.shell.report(isFailure(answer) ? answer : null);
}

/**
 * Saves the profile and connects with it. A profile that cannot be saved does not stop the connection;
 * one that is open already is replaced, because options belong to a connection for its life.
 *
 * @param done it is connected with after all, once the vault was unlocked
 * @returns whether it was opened, and the profile it is saved as, if it is
 */
export async function saveAndConnect(
  app: AppState,
  profileId: string | null,
  options: ConnectionOptions,
  marks: Partial<ProfileMarks> = {},
  done: () => void = () => app.shell.close(),
): Promise<{ readonly opened: boolean; readonly profileId: string | null }> {
  const saved = await app.profiles.save(profileId, options, marks);
  const id = isFailure(saved) ? profileId : saved.id;
  const before = app.connections.store
    .getState()
    .connections.filter((one) => id !== null && one.profileId === id);
  const opened = await app.connections.open(options, id);
  if (isFailure(opened)) {
    notOpened(app, opened, () => {
      if (id === null) return;
      done();
      void connectProfile(app, id);
    });
    return { opened: false, profileId: id };
  }
  await Promise.all(before.map((one) => app.connections.close(one.id)));
  app.shell.report(isFailure(saved) ? saved : null);
  return { opened: true, profileId: id };
}

/** Removes a saved profile; what was removed can be brought back. */
export async function removeProfile(app: AppState, id: string): Promise<void> {
  const removed = await reportOf(app, app.profiles.remove(id));
  const { selection } = app.connections.store.getState();
  if (removed && selection?.kind === 'profile' && selection.id === id) app.connections.select(null);
}

export async function duplicateProfile(app: AppState, id: string): Promise<void> {
  const answer = await app.profiles.duplicate(id);
  app.shell.report(isFailure(answer) ? answer : null);
  if (!isFailure(answer)) app.connections.select({ kind: 'profile', id: answer.id });
}

export async function saveMarks(
  app: AppState,
  id: string,
  options: ConnectionOptions,
  marks: Partial<ProfileMarks>,
): Promise<void> {
  const answer = await app.profiles.save(id, options, marks);
  app.shell.report(isFailure(answer) ? answer : null);
}

export interface RailTarget {
  readonly name: string;
  readonly selection: Selection;
}

/** What Ctrl+1 to Ctrl+9 mean: the open connections in order, then the saved profiles as they are listed. */
export function railEntries(app: AppState): readonly RailTarget[] {
  const { connections } = app.connections.store.getState();
  const openProfiles = new Set(connections.map(({ profileId }) => profileId));
  const saved = app.profiles.store.getState().profiles.filter(({ id }) => !openProfiles.has(id));
  return [
    ...connections.map(({ id, name }): RailTarget => ({ name, selection: { kind: 'connection', id } })),
    ...savedOrder(saved).map(({ id, options }): RailTarget => ({
      name: options.name,
      selection: { kind: 'profile', id },
    })),
  ];
}
