/**
 * What a broker, a file or another program may call things, and what must not reach the eye as it is: a
 * bidirectional override, an isolate, an escape sequence, a blank of no width, a C1 control, a second line,
 * half a surrogate pair, markup.
 */
export const HOSTILE_TEXTS: readonly string[] = [
  '\u202egnp.exe',
  '\u2066x',
  '\x1b[31mred',
  'a\u200bb',
  '\x9b0m',
  'two\nlines',
  '\ud83d',
  '<b>&"\'',
];
