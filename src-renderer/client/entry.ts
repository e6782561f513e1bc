import { failed, type Failure } from '../../src-main/contract/base/errors.ts';
import {
  ENTRY_PATH,
  TICKET_ATTRIBUTE,
  TICKET_PARAMETER,
  TICKET_PATH,
  type EntryAnswer,
  type EntryRequest,
  type TicketAnswer,
  type TicketRequest,
} from '../../src-main/wire/web-socket.ts';

const KEY = 'topicscope:page';

/** The secret of this page in the storage of its tab: it outlives a reload, and no other tab or port has it. */
export interface PageSecret {
  get(): string | null;
  set(secret: string): void;
}

/** Where a browser forbids storage the page goes on without it, until it is loaded again. */
export function tabSecret(page: { readonly sessionStorage: Storage }): PageSecret {
  let inMemory: string | null = null;
  return {
    get() {
      try {
        return inMemory ?? page.sessionStorage.getItem(KEY);
      } catch {
        return inMemory;
      }
    },
    set(secret) {
      inMemory = secret;
      try {
        page.sessionStorage.setItem(KEY, secret);
      } catch {
        // Forbidden: it stays in memory.
      }
    },
  };
}

/** The ticket that the address carried, once. */
export function takeTicket(root: Pick<Element, 'getAttribute' | 'removeAttribute'>): string | null {
  const ticket = root.getAttribute(TICKET_ATTRIBUTE);
  root.removeAttribute(TICKET_ATTRIBUTE);
  return ticket;
}

/** Exchanges a ticket or the token for a secret of this page. */
export async function enter(request: EntryRequest): Promise<{ readonly secret: string } | Failure> {
  const answer = await post(ENTRY_PATH, request);
  if (answer === null) return notThere();
  if (answer.ok) return { secret: ((await answer.json()) as EntryAnswer).page };
  if (answer.status === 429) {
    return failed(
      'too-many-tries',
      'Too many wrong tokens were entered.',
      `Wait ${answer.headers.get('Retry-After') ?? '60'} seconds, then try again.`,
    );
  }
  return failed('wrong-token', 'This is not the access token.', 'Check it, then try again.');
}

/** An address that opens one further window, once and within minutes. */
export async function newWindowAddress(page: string): Promise<{ readonly address: string } | Failure> {
  const request: TicketRequest = { page };
  const answer = await post(TICKET_PATH, request);
  if (answer === null) return notThere();
  if (!answer.ok) return failed('access-ended', 'This window has no access any more.', 'Reload it.');
  const { ticket } = (await answer.json()) as TicketAnswer;
  return { address: `${location.origin}/?${TICKET_PARAMETER}=${ticket}` };
}

/** Null: nothing answered. */
function post(path: string, body: EntryRequest | TicketRequest): Promise<Response | null> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store' }).catch(
    () => null,
  );
}

function notThere(): Failure {
  return failed('not-there', 'Topicscope does not answer.', 'Check that it is running, then try again.');
}
