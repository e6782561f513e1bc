/**
 * A compact JSON preview in at most about `chars` characters: cut at a field, with the number of those
 * left out, never inside a value. What is no object or list, or fits, stays as it is.
 */
export function fitJson(text: string, chars: number): string {
  const open = text[0];
  if (text.length <= chars || (open !== '{' && open !== '[')) return text;
  const close = open === '{' ? '}' : ']';
  const fields = fieldsOf(text.slice(1, text.endsWith(close) ? -1 : undefined));
  const counted = /^(\d+) more$/.exec(fields.at(-1) ?? '')?.[1];
  const given = counted === undefined ? fields : fields.slice(0, -1);
  const left = Number(counted ?? 0);
  for (let kept = given.length; kept > 0; kept--) {
    const shown = `${open}${given.slice(0, kept).join(', ')}${moreWords(left + given.length - kept)}${close}`;
    if (shown.length <= chars) return shown;
  }
  return shortest(open, close, given, left, chars);
}

/** Not even one field with the number of the others fits: the field, or its key, and dots. */
function shortest(
  open: '{' | '[',
  close: string,
  given: readonly string[],
  left: number,
  chars: number,
): string {
  const first = given[0] ?? '';
  const whole = `${open}${first}…${close}`;
  if (whole.length <= chars) return whole;
  const key = open === '{' ? keyOf(first) : '';
  return `${open}${key}…${moreWords(left + Math.max(0, given.length - 1))}${close}`;
}

function keyOf(field: string): string {
  return /^(?:"(?:[^"\\]|\\.)*"|[^:"]+):/u.exec(field)?.[0] ?? '';
}

function moreWords(count: number): string {
  return count === 0 ? '' : `, ${count} more`;
}

/** The parts between the commas of the outermost level. */
function fieldsOf(inside: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let at = 0; at < inside.length; at++) {
    const unit = inside[at];
    if (quoted) {
      if (unit === '\\') at++;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') depth--;
    else if (unit === ',' && depth === 0) {
      fields.push(inside.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = inside.slice(start).trim();
  return last === '' ? fields : [...fields, last];
}
