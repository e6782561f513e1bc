import { isSpace, skipSpace } from './scan.ts';
import { scanTerm } from './term.ts';
import type { ParsedFilter, Problem, Query } from './query.ts';

/** Brackets and `not`s within each other. */
const MAX_DEPTH = 50;
/** More than a person types; each costs time for every topic. */
const MAX_TERMS = 100;
const MAX_PROBLEMS = 16;

/**
 * What a filter's text asks for; docs/filter.md is its grammar. Takes time in proportion to the text, and
 * never throws: what means nothing is a problem with its place and its reason.
 */
export function parseFilter(text: string): ParsedFilter {
  const parser = new Parser(text);
  const query = parser.whole();
  const { problems } = parser;
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'filter', query };
}

class Parser {
  readonly problems: Problem[] = [];
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Query | null {
    const parts: Query[] = [];
    for (;;) {
      const part = this.#or();
      if (part) parts.push(part);
      if (this.#at >= this.#text.length) break;
      if (this.#text[this.#at] !== ')') break;
      this.#fail(this.#at, this.#at + 1, 'This bracket was not opened.');
      this.#at++;
    }
    return joined('and', parts);
  }

  #or(): Query | null {
    const parts: Query[] = [];
    for (;;) {
      const known = this.problems.length;
      const part = this.#and();
      if (part) parts.push(part);
      const from = this.#at;
      if (!this.#keyword('or')) break;
      const to = this.#at;
      const isLast = this.#ends();
      // A term that is wrong was there all the same, and is marked itself.
      const isFirst = !part && this.problems.length === known;
      if (isFirst || isLast) {
        const side = isFirst ? 'before' : 'after';
        this.#fail(from, to, `or needs a term ${side} it. Put it in quotes to look for the word: "or".`);
      }
    }
    return joined('or', parts);
  }

  #and(): Query | null {
    const parts: Query[] = [];
    for (;;) {
      this.#at = skipSpace(this.#text, this.#at);
      if (this.#ends() || this.#isKeyword('or')) break;
      const part = this.#unary();
      if (part) parts.push(part);
      this.#keyword('and');
    }
    return joined('and', parts);
  }

  #unary(): Query | null {
    const from = this.#at;
    if (this.#keyword('not')) return this.#negated(from, 'not');
    const next = this.#text[this.#at + 1];
    if (this.#text[this.#at] !== '-' || next === undefined || isSpace(this.#text, this.#at + 1))
      return this.#primary();
    this.#at++;
    return this.#negated(from, '-');
  }

  #negated(from: number, sign: string): Query | null {
    const to = this.#at;
    if (this.#ends() || this.#isKeyword('or')) {
      const reason = `${sign} needs a term after it.`;
      this.#fail(
        from,
        to,
        sign === 'not' ? `${reason} Put it in quotes to look for the word: "not".` : reason,
      );
      return null;
    }
    const part = this.#nested(from, () => this.#unary());
    return part && { kind: 'not', part };
  }

  #primary(): Query | null {
    const from = this.#at;
    if (this.#text[from] === '(') return this.#brackets();
    const scanned = scanTerm(this.#text, from);
    this.#at = scanned.end;
    if (scanned.kind === 'problem') {
      this.#fail(from, scanned.end, scanned.reason);
      return null;
    }
    if (++this.#terms > MAX_TERMS) {
      this.#fail(from, scanned.end, `A filter has at most ${String(MAX_TERMS)} terms.`);
      this.#at = this.#text.length;
      return null;
    }
    return { kind: 'term', term: scanned.term, from, to: scanned.end };
  }

  #brackets(): Query | null {
    const from = this.#at++;
    const query = this.#nested(from, () => this.#or());
    if (this.#text[this.#at] === ')') this.#at++;
    else this.#fail(from, from + 1, 'This bracket is not closed.');
    return query;
  }

  /** One step deeper, unless that would be too deep: then the rest is left out. */
  #nested(from: number, read: () => Query | null): Query | null {
    if (this.#depth >= MAX_DEPTH) {
      this.#fail(from, this.#text.length, `Brackets and not go at most ${String(MAX_DEPTH)} deep.`);
      this.#at = this.#text.length;
      return null;
    }
    this.#depth++;
    const query = read();
    this.#depth--;
    return query;
  }

  /** Nothing more, here or within these brackets. */
  #ends(): boolean {
    this.#at = skipSpace(this.#text, this.#at);
    return this.#at >= this.#text.length || this.#text[this.#at] === ')';
  }

  #isKeyword(word: string): boolean {
    const end = this.#at + word.length;
    if (this.#text.slice(this.#at, end).toLowerCase() !== word) return false;
    return end >= this.#text.length || isSpace(this.#text, end) || '()'.includes(this.#text[end] ?? '');
  }

  #keyword(word: string): boolean {
    this.#at = skipSpace(this.#text, this.#at);
    if (!this.#isKeyword(word)) return false;
    this.#at += word.length;
    return true;
  }

  #fail(from: number, to: number, reason: string): void {
    this.problems.push({ from, to, reason });
    if (this.problems.length >= MAX_PROBLEMS) this.#at = this.#text.length;
  }
}

function joined(kind: 'and' | 'or', parts: readonly Query[]): Query | null {
  const [only, ...others] = parts;
  return others.length === 0 ? (only ?? null) : { kind, parts };
}
