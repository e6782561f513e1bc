// What both ends of the WebSocket agree on beside the frames.

export const WEB_SOCKET_PATH = '/engine';

/** Name of the meta element that holds the page's secret; a page without it is not on a WebSocket. */
export const PAGE_META = 'topicscope-page';

/** The page's secret is the first message, as text; this is the answer. All after it are frames. */
export const READY = 'ready';

/** Close codes of our own, from the range for applications (4000 to 4999, RFC 6455 section 7.4.2). */
export const CLOSE_BAD_FRAME = 4_400;
export const CLOSE_UNKNOWN_PAGE = 4_401;
/** The secret did not come in time. */
export const CLOSE_TOO_SLOW = 4_408;
/** The reader does not read. */
export const CLOSE_NOT_READING = 4_409;
