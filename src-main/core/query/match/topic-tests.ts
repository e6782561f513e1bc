import { FilterBytes } from '../../topics/filter-bytes.ts';
import { sharedFilter } from '../../topics/filters.ts';
import { MQTT_SEPARATOR } from '../../topics/levels.ts';
import type { PathLook, PathNeedle } from '../../topics/path-look.ts';
import type { Condition, Measure, Operator, RetainState } from '../grammar/query.ts';
import type { Clues } from './clues.ts';
import { bytesTest, holds, type BytesTest } from './conditions.ts';
import { BytesFinder, isAsciiText } from './text-finder.ts';
import { NO, Test, UNKNOWN, YES, type Missing, type Subject, type Truth } from './subject.ts';
import { missing, testValue } from './value-tests.ts';

const encoder = new TextEncoder();

type TextCondition = Exclude<Condition, { kind: 'compare' }>;

/** A text or regular expression in the topic. A text that a path has, all paths below it have as well. */
export class TopicTextTest extends Test {
  protected readonly test: BytesTest;
  protected readonly inherits: boolean;
  readonly #needles: readonly PathNeedle[] | null;

  constructor(condition: TextCondition) {
    super();
    this.test = bytesTest(condition);
    this.inherits = condition.kind === 'contains';
    this.#needles = condition.kind === 'contains' ? needlesIn(condition.text) : [];
  }

  of({ path }: Subject): Truth {
    return this.test.of(path.bytes, path.start, path.end) ? YES : NO;
  }

  override rest(subject: Subject): Truth {
    return this.inherits ? NO : this.of(subject);
  }

  override get clues(): Clues | null {
    const { texts } = this.test;
    return texts && { paths: texts, records: [] };
  }

  override get needles(): readonly PathNeedle[] | null {
    return this.#needles;
  }

  override below(path: PathLook): Truth {
    return this.inherits && this.test.of(path.bytes, path.start, path.end) ? YES : UNKNOWN;
  }
}

function needlesIn(text: string): readonly PathNeedle[] | null {
  return text !== '' && isAsciiText(text) ? [new BytesFinder(encoder.encode(text), true)] : null;
}

/** In the topic or in the latest value. */
export class WordTest extends TopicTextTest {
  override of(subject: Subject): Truth {
    return super.of(subject) === YES ? YES : this.#ofValue(subject);
  }

  override rest(subject: Subject): Truth {
    return this.inherits ? this.#ofValue(subject) : this.of(subject);
  }

  override get clues(): Clues | null {
    const { texts } = this.test;
    return texts && { paths: texts, records: texts };
  }

  override get restClues(): Clues | null {
    return this.inherits && this.test.texts ? { paths: [], records: this.test.texts } : this.clues;
  }

  #ofValue(subject: Subject): Truth {
    const latest = subject.latest();
    return typeof latest === 'string' ? missing(latest) : testValue(this.test, latest);
  }
}

export class TopicFilterTest extends Test {
  readonly #filter: FilterBytes;
  readonly #withBelow: boolean;

  /** @param separator of the tree; in one that MQTT would divide otherwise, `a/#` is not all that lies below `a` */
  constructor(filter: string, separator: string) {
    super();
    this.#filter = new FilterBytes(filter);
    this.#withBelow = separator === MQTT_SEPARATOR && /(?:^|\/)#$/.test(sharedFilter(filter));
  }

  of({ path }: Subject): Truth {
    return this.#filter.matches(path.bytes, path.start, path.end) ? YES : NO;
  }

  override rest(subject: Subject): Truth {
    return this.#withBelow ? NO : this.of(subject);
  }

  override get needles(): readonly PathNeedle[] | null {
    return this.#withBelow ? null : [];
  }

  override below(path: PathLook): Truth {
    return this.#withBelow && this.#filter.matches(path.bytes, path.start, path.end) ? YES : UNKNOWN;
  }
}

/** What is learnt of the broker's stored message; as of an earlier time is not known for certain. */
export class RetainTest extends Test {
  readonly #state: RetainState;

  constructor(state: RetainState) {
    super();
    this.#state = state;
  }

  of({ retained }: Subject): Truth {
    const isKnown = !retained.stale && retained.state !== 'unknown';
    const state: RetainState = !isKnown ? 'unknown' : retained.state === 'retained' ? 'yes' : 'no';
    return state === this.#state ? YES : NO;
  }
}

/** By what was learnt of the topic's rhythm: without one it is never silent. */
export class SilentTest extends Test {
  of({ late }: Subject): Truth {
    return late ? YES : NO;
  }
}

export class MeasureTest extends Test {
  readonly #of: Measure;
  readonly #operator: Operator;
  readonly #to: number;

  constructor(of: Measure, operator: Operator, to: number) {
    super();
    this.#of = of;
    this.#operator = operator;
    this.#to = to;
  }

  of(subject: Subject): Truth {
    const value = this.#read(subject);
    if (value === NO || value === UNKNOWN) return value;
    return holds(this.#operator, value.is - this.#to) ? YES : NO;
  }
  #read(subject: Subject): { readonly is: number } | typeof NO | typeof UNKNOWN {
    switch (this.#of) {
      case 'count':
        return { is: subject.count };
      case 'rate':
        return { is: subject.rate };
      case 'level':
        return { is: subject.level };
      case 'age':
        return subject.lastSeen === 0 ? NO : { is: subject.now - subject.lastSeen };
      case 'size':
        return known(subject.size());
      case 'qos': {
        const latest = subject.latest();
        return known(typeof latest === 'string' ? latest : Math.min(2, (latest.flags >> 1) & 3));
      }
    }
  }
}

function known(found: number | Missing): { readonly is: number } | typeof NO | typeof UNKNOWN {
  if (found === 'never') return NO;
  return found === 'evicted' ? UNKNOWN : { is: found };
}
