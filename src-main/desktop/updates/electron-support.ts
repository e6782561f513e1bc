/**
 * Until when each major version of Electron gets the security fixes of its browser, as planned: the
 * three newest are supported, so each ends when the third after it comes out. From
 * https://releases.electronjs.org/schedule as of October 2026; to be continued whenever Electron is raised.
 */
const ENDS: ReadonlyMap<number, string> = new Map([
  [42, '2026-10-19'],
  [43, '2027-01-04'],
  [44, '2027-03-01'],
  [45, '2027-04-26'],
  [46, '2027-06-21'],
]);

export type ElectronSupport =
  /** `until`: a day, e.g. `2027-04-26`. */
  | { readonly kind: 'supported'; readonly until: string }
  /** `since` null: longer than the table goes back. */
  | { readonly kind: 'ended'; readonly since: string | null }
  | { readonly kind: 'unknown' };

/** @param version e.g. `45.3.4`; @param now ms since 1970 */
export function electronSupport(version: string, now: number): ElectronSupport {
  const major = Number(/^(\d+)\./.exec(version)?.[1] ?? Number.NaN);
  const end = ENDS.get(major);
  if (end !== undefined) {
    return now < Date.parse(end) ? { kind: 'supported', until: end } : { kind: 'ended', since: end };
  }
  return major < Math.min(...ENDS.keys()) ? { kind: 'ended', since: null } : { kind: 'unknown' };
}

/** As a sentence for the dialog of updates. */
export function supportSentence(version: string, support: ElectronSupport): string {
  const built = `This program is built on Electron ${version}`;
  switch (support.kind) {
    case 'supported':
      return `${built}, which gets security fixes until ${support.until}.`;
    case 'ended':
      return (
        `${built}, which ${support.since === null ? 'no longer gets' : `has had no`} security fixes` +
        `${support.since === null ? '' : ` since ${support.since}`}. Update as soon as a newer version is offered.`
      );
    case 'unknown':
      return `${built}. How long it gets security fixes is not known to this version.`;
  }
}
