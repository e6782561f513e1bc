/** What can be known of where this copy of the program came from. */
export interface Origin {
  /** Where people find releases; null: the build does not say. */
  readonly page: string | null;
  /** Why it cannot replace itself, as a sentence; null: it can. */
  readonly cannotInstall: string | null;
}

/**
 * @param feed the text of `app-update.yml`, which a release build carries; null: there is none
 */
export function readOrigin(
  feed: string | null,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Origin {
  const portable = platform === 'win32' && env['PORTABLE_EXECUTABLE_FILE'] !== undefined;
  return {
    page: feed === null ? null : releasePage(feed),
    cannotInstall: portable
      ? 'The portable program cannot replace itself: download the newer one and put it in its place.'
      : null,
  };
}

/** Owner and repository go into an address that is opened: nothing but what GitHub allows in them. */
function releasePage(feed: string): string | null {
  const value = (name: string): string | null =>
    new RegExp(`^${name}: ['"]?([\\w.-]+)['"]?$`, 'm').exec(feed)?.[1] ?? null;
  const owner = value('owner');
  const repo = value('repo');
  if (value('provider') !== 'github' || owner === null || repo === null) return null;
  return `https://github.com/${owner}/${repo}/releases`;
}
