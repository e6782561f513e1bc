import { useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * While the focus is on an entry of the list it goes along to a profile that something else selects, such as the
 * copy of one: else Delete removed the one while the other is shown. What is selected because a profile was
 * removed is a connection or nothing, and the focus has gone to the profile beside it.
 */
export function useFocusWithSelection(list: RefObject<HTMLElement | null>, profile: string | null): void {
  const followed = useRef(profile);
  useLayoutEffect(() => {
    if (followed.current === profile) return;
    const place = profile === null ? null : `[data-rail="profile:${CSS.escape(profile)}"] .rail-button`;
    const entry = place === null ? null : list.current?.querySelector<HTMLElement>(place);
    // It is selected before the list has heard of it.
    if (entry === undefined || (place !== null && entry === null)) return;
    followed.current = profile;
    const here = document.activeElement;
    if (here?.matches('.rail-button') === true && list.current?.contains(here) === true) entry?.focus();
  });
}
