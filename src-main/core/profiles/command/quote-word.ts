/** A word as a shell takes it back; only what a shell could take for something else is quoted. */
export function quoteWord(text: string, shell: 'sh' | 'cmd'): string {
  return shell === 'sh' ? quoteSh(text) : quoteCmd(text);
}

function quoteSh(text: string): string {
  if (/^[\w@%+:,./=-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function quoteCmd(text: string): string {
  if (/^[\w@+:,./\\=#$-]+$/.test(text) && !text.endsWith('\\')) return text;
  // Backslashes before a quote are doubled, also before the one that closes.
  const escaped = text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&');
  return `"${escaped}"`;
}

/**
 * Whether a word can be passed through the command prompt, which cannot quote a line break and fills in
 * variables even within quotes.
 */
export function survivesCmd(text: string): boolean {
  return !/[\r\n\0]|%[^%\s]+%/.test(text);
}
