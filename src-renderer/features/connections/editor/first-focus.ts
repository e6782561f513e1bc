import { firstOfSection } from './show-section.ts';

/**
 * Where the form begins: at a field that is wrong, such as a password that is lost; else at what stopped the
 * connection of this profile.
 * @param code of that failure; null: there is none
 * @returns null: neither is known, and the form begins at the host
 */
export function firstFocus(form: HTMLElement | null, code: string | null): HTMLElement | null {
  const wrong = form?.querySelector<HTMLElement>('[aria-invalid=true]');
  if (wrong !== null && wrong !== undefined) return wrong;
  if (REFUSED.has(code ?? '')) return passwordIn(form);
  return code !== null && isUntrusted(code) ? authorityIn(form) : null;
}

/** Not authorized, and bad credentials, of MQTT 3.1.1 and 5. */
const REFUSED = new Set(['connack-4', 'connack-5', 'connack-134', 'connack-135']);

function passwordIn(form: HTMLElement | null): HTMLElement | null {
  const password = form?.querySelector<HTMLElement>('[data-section=authentication] input[type=password]');
  return password ?? firstOfSection(form, 'authentication');
}

/** A certificate for another host is mostly answered by another host. */
function isUntrusted(code: string): boolean {
  return code.startsWith('certificate-') && code !== 'certificate-host';
}

/** Not the checks above it, which are there to be turned off. */
function authorityIn(form: HTMLElement | null): HTMLElement | null {
  return form?.querySelector<HTMLElement>('[data-section=tls] textarea') ?? null;
}
