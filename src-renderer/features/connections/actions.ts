import { failed, type Failure } from '../../../src-main/contract/errors.ts';
import type { ConnectionId, ConnectionOptions } from '../../../src-main/contract/model.ts';
import type { AppState } from '../../state/app-state.ts';
import type { ProfileMarks } from '../../state/profiles.ts';
import { isFailure } from '../../state/attempt.ts';
import { isOff } from '../../state/describe.ts';

/** Tells the person if it failed; clears the last failure if it did not. */
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
    return isOff(open.state) ? reportOf(app, app.connections.connect(open.id)) : true;
  }
  const profile = app.profiles.find(profileId);
  if (profile === null) {
    app.shell.report(failed('no-such-profile', 'This profile no longer exists.', 'Choose another one.'));
    return false;
  }
  const answer = await app.connections.open(profile.options, profile.id);
  app.shell.report(isFailure(answer) ? answer : null);
  return !isFailure(answer);
}

export async function startDemo(app: AppState): Promise<void> {
  const answer = await app.connections.startDemo();
  app.shell.report(isFailure(answer) ? answer : null);
}

/**
 * Saves the profile and connects with it. A profile that cannot be saved does not stop the connection;
 * one that is open already is replaced, because options belong to a connection for its life.
 */
export async function saveAndConnect(
  app: AppState,
  profileId: string | null,
  options: ConnectionOptions,
  marks: Partial<ProfileMarks> = {},
): Promise<boolean> {
  const saved = await app.profiles.save(profileId, options, marks);
  const id = isFailure(saved) ? profileId : saved.id;
  const before = app.connections.store
    .getState()
    .connections.filter((one) => id !== null && one.profileId === id);
  const opened = await app.connections.open(options, id);
  if (isFailure(opened)) {
    app.shell.report(opened);
    return false;
  }
  await Promise.all(before.map((one) => app.connections.close(one.id)));
  app.shell.report(isFailure(saved) ? saved : null);
  return true;
}

/** Selects what Ctrl+1 to Ctrl+9 mean: the open connections in order, then the saved profiles. */
export function selectNth(app: AppState, n: number): void {
  const entry = railEntries(app)[n];
  if (entry !== undefined) app.connections.select(entry);
}

export function railEntries(
  app: AppState,
): readonly ({ kind: 'connection'; id: ConnectionId } | { kind: 'profile'; id: string })[] {
  const { connections } = app.connections.store.getState();
  const openProfiles = new Set(connections.map(({ profileId }) => profileId));
  return [
    ...connections.map(({ id }) => ({ kind: 'connection' as const, id })),
    ...app.profiles.store
      .getState()
      .profiles.filter(({ id }) => !openProfiles.has(id))
      .map(({ id }) => ({ kind: 'profile' as const, id })),
  ];
}
