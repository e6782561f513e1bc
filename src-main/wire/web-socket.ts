// What the browser host and its page agree on beside the frames.

export const WEB_SOCKET_PATH = '/engine';

/** Name of the meta element that says that a browser host served the page; a page without it has a port. */
export const HOST_META = 'topicscope-host';

/** POST of an `EntryRequest`, answered by an `EntryAnswer`, 401 (not accepted) or 429 (too often). */
export const ENTRY_PATH = '/entry';
/** POST of a `TicketRequest`, answered by a `TicketAnswer` or 401. */
export const TICKET_PATH = '/entry/ticket';
/** The parameter of the printed address. */
export const TICKET_PARAMETER = 'ticket';
/** Where the page's first script leaves the ticket once the address no longer shows it: an attribute of <html>. */
export const TICKET_ATTRIBUTE = 'data-ticket';

/** Either lets a page in: a ticket once, the token any number of times. */
export type EntryRequest = { readonly ticket: string } | { readonly token: string };
/** The secret of one page, which is the first message on its WebSocket. */
export interface EntryAnswer {
  readonly page: string;
}
/** Who has a page may open another. */
export type TicketRequest = EntryAnswer;
export interface TicketAnswer {
  readonly ticket: string;
}

/** The page's secret is the first message, as text; this is the answer. All after it are frames. */
export const READY = 'ready';

/** Close codes of our own, from the range for applications (4000 to 4999, RFC 6455 section 7.4.2). */
export const CLOSE_BAD_FRAME = 4_400;
export const CLOSE_UNKNOWN_PAGE = 4_401;
/** The secret did not come in time. */
export const CLOSE_TOO_SLOW = 4_408;
/** As many windows are open as may be. */
export const CLOSE_TOO_MANY = 4_429;
/** The reader does not read. */
export const CLOSE_NOT_READING = 4_409;
