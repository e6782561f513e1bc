// What the main process, the preload and the page call out to each other.

/** Main process to preload to page, with a MessagePort whose other end is the engine. */
export const PORT_CHANNEL = 'topicscope:port';
/** Page to preload to main process: the page is there, and wants a port. */
export const LISTENING_CHANNEL = 'topicscope:listening';
/** Main process to preload to page, with the id of a command: what the menu was asked for. */
export const COMMAND_CHANNEL = 'topicscope:command';

/** Where the page lives. The scheme is ours; the host keeps origins apart, should there be a second page. */
export const SCHEME = 'app';
export const PAGE_HOST = 'topicscope';
export const PAGE_URL = `${SCHEME}://${PAGE_HOST}/`;
