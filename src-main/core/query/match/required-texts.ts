import { classEnd } from './pattern-steps.ts';

/** More than these are not looked for one after the other. */
const MOST_TEXTS = 8;
/** A single character is nearly everywhere. */
const LEAST_LENGTH = 2;
/** Letters that without regard to case are also K (the Kelvin sign) and ſ, which are not ASCII. */
const BEYOND_ASCII = /[ks]/i;
const REPEATED = /^\{(\d+)(?:,\d*)?\}/;
const NAMED = /^\(\?P?<\w+>/;

/** One of these is in what was read; null: nothing is known of it. */
type Texts = readonly string[] | null;

/**
 * Texts of ASCII of which every text holds one that a regular expression of RE2 matches, whatever their
 * case where that is ignored: what holds none of them need not be tried. Null where there are none, or
 * where the expression has what is not read here. The expression must be one that RE2 takes.
 */
export function requiredTexts(pattern: string, ignoreCase: boolean): Texts {
  const reader = new PatternReader(pattern, ignoreCase);
  const texts = reader.alternatives();
  return reader.isWhole ? texts : null;
}

class PatternReader {
  readonly #pattern: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  /** Something was met that is not read here. */
  #isLost = false;

  constructor(pattern: string, ignoreCase: boolean) {
    this.#pattern = pattern;
    this.#ignoreCase = ignoreCase;
  }

  get isWhole(): boolean {
    return !this.#isLost && this.#at === this.#pattern.length;
  }

  /** Each of them has to have a text of its own. */
  alternatives(): Texts {
    let all: Texts = [];
    for (;;) {
      const texts = this.#sequence();
      all = all !== null && texts !== null ? [...all, ...texts] : null;
      if (this.#isLost || this.#pattern[this.#at] !== '|') break;
      this.#at++;
    }
    return all !== null && all.length <= MOST_TEXTS ? all : null;
  }

  /** All parts of a sequence have to occur, so the longest text is taken: it rules out most. */
  #sequence(): Texts {
    let best: Texts = null;
    let run = '';
    const take = (texts: Texts): void => {
      if (texts !== null && shortest(texts) > Math.max(LEAST_LENGTH - 1, shortest(best))) best = texts;
    };
    while (
      !this.#isLost &&
      this.#at < this.#pattern.length &&
      !'|)'.includes(this.#pattern[this.#at] ?? '')
    ) {
      const character = this.#pattern[this.#at] ?? '';
      const group = character === '(' ? this.#group() : null;
      const literal = character === '(' ? null : this.#literal();
      const before = this.#at;
      const least = this.#leastTimes();
      const isOnce = this.#at === before;
      if (literal !== null && least > 0) run += literal;
      if (literal !== null && isOnce) continue;
      take([run]);
      run = '';
      if (least > 0) take(group);
    }
    take([run]);
    return best;
  }

  #group(): Texts {
    if (this.#pattern.startsWith('(?:', this.#at)) this.#at += 3;
    else if (this.#pattern[this.#at + 1] === '?') {
      const named = NAMED.exec(this.#pattern.slice(this.#at));
      // Flags of what follows, for one.
      if (named === null) return this.#lose();
      this.#at += named[0].length;
    } else this.#at++;
    const texts = this.alternatives();
    if (this.#pattern[this.#at] !== ')') return this.#lose();
    this.#at++;
    return texts;
  }

  /** Passes what is no group; null where it is not one character of ASCII for certain. */
  #literal(): string | null {
    const character = this.#pattern[this.#at++] ?? '';
    if (character === '\\') return this.#escaped();
    if (character === '[') return this.#class();
    // A repetition of nothing.
    if ('?*+'.includes(character)) return this.#lose();
    return '.^$]{}'.includes(character) ? null : this.#plain(character);
  }

  #escaped(): string | null {
    const character = this.#pattern[this.#at++] ?? '';
    if (/[dDsSwWbBAztnrfva]/.test(character)) return null;
    return /[A-Za-z0-9]/.test(character) ? this.#lose() : this.#plain(character);
  }

  #plain(character: string): string | null {
    if (!/[ -~]/.test(character)) return null;
    return this.#ignoreCase && BEYOND_ASCII.test(character) ? null : character;
  }

  #class(): null {
    this.#at = classEnd(this.#pattern, this.#at - 1);
    return null;
  }

  /** Passes how often what was read is repeated. */
  #leastTimes(): number {
    const sign = this.#pattern[this.#at] ?? '';
    const repeated = sign === '{' ? REPEATED.exec(this.#pattern.slice(this.#at)) : null;
    if (repeated === null && (sign === '' || !'?*+'.includes(sign))) return 1;
    this.#at += repeated === null ? 1 : repeated[0].length;
    if (this.#pattern[this.#at] === '?') this.#at++;
    if (repeated !== null) return Number(repeated[1]);
    return sign === '+' ? 1 : 0;
  }

  #lose(): null {
    this.#isLost = true;
    return null;
  }
}

function shortest(texts: Texts): number {
  return texts === null ? 0 : Math.min(...texts.map(({ length }) => length));
}
