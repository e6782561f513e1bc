import type { CustomScheme, Protocol } from 'electron';

type Handler = (request: Request) => Response | Promise<Response>;

/** Chromium proper knows no schemes of ours: `app://host/x` is shown as a host below this domain. */
const DOMAIN = 'stand-in.invalid';

const schemes = new Map<string, CustomScheme['privileges']>();
const handlers = new Map<string, Handler>();
let ready = false;

/** Called by the app when it becomes ready. */
export function closeSchemes(): void {
  ready = true;
}

export const protocol = {
  registerSchemesAsPrivileged(list: CustomScheme[]): void {
    if (ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    if (schemes.size > 0) throw new Error('protocol.registerSchemesAsPrivileged can be called only once');
    for (const { scheme, privileges } of list) schemes.set(scheme, privileges);
  },
  handle(scheme: string, handler: Handler): void {
    if (!ready) throw new Error('protocol.handle should be called after app is ready');
    if (handlers.has(scheme)) throw new Error(`The scheme '${scheme}' is handled already`);
    handlers.set(scheme, handler);
  },
} satisfies Partial<Protocol>;

/** What Chromium is given to load; null: no such scheme, or one without an origin of its own. */
export function shownAddress(address: string): string | null {
  const match = /^([a-z]+):\/\/([^/]+)(.*)$/i.exec(address);
  const [, scheme = '', host = '', rest = ''] = match ?? [];
  const privileges = schemes.get(scheme);
  if (privileges?.standard !== true || privileges.secure !== true || !handlers.has(scheme)) return null;
  return `https://${host}.${scheme}.${DOMAIN}${rest}`;
}

/** The program's address for one of Chromium's; any other stays as it is. */
export function realAddress(shown: string): string {
  const match = /^https:\/\/([^/]+)\.([a-z]+)\.stand-in\.invalid(?::443)?(\/.*)?$/i.exec(shown);
  return match === null ? shown : `${match[2]}://${match[1]}${match[3] ?? '/'}`;
}

/** Null: not an address of the program's schemes. */
export function answer(shown: string, method: string): Promise<Response> | null {
  const address = realAddress(shown);
  const scheme = address.slice(0, address.indexOf(':'));
  const handler = handlers.get(scheme);
  if (address === shown || handler === undefined) return null;
  // A page's fetch may use any method; a Request takes only those that are no protocol of their own.
  return Promise.resolve(handler(new Request(address, { method })));
}
