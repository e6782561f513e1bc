import { FilterBytes } from '../../topics/filter-bytes.ts';
import { sharedFilter } from '../../topics/filters.ts';
import type { Condition, Measure, Operator, RetainState } from '../grammar/query.ts';
import { bytesTest, holds, type BytesTest } from './conditions.ts';
import { NO, UNKNOWN, YES, type Subject, type Test, type Truth } from './subject.ts';
import { missing, testValue } from './value-tests.ts';

type TextCondition = Exclude<Condition, { kind: 'compare' }>;

/** A text or regular expression in the topic. A text that a path has, all paths below it have as well. */
export class TopicTextTest implements Test {
  readonly test: BytesTest;
  readonly #inherits: boolean;
  #path: Uint8Array | null = null;
  #found = false;

  constructor(condition: TextCondition) {
    this.test = bytesTest(condition);
    this.#inherits = condition.kind === 'contains';
  }

  of({ path }: Subject): Truth {
    return this.#has(path) ? YES : NO;
  }

  below(path: Uint8Array): Truth {
    return this.#inherits && this.#has(path) ? YES : UNKNOWN;
  }

  /** A path is asked for what holds below it, and then, the same object, for itself. */
  #has(path: Uint8Array): boolean {
    if (path !== this.#path) {
      this.#path = path;
      this.#found = this.test.of(path, 0, path.length);
    }
    return this.#found;
  }
}

/** In the topic or in the latest value. */
export class WordTest extends TopicTextTest {
  override of(subject: Subject): Truth {
    if (super.of(subject) === YES) return YES;
    const latest = subject.latest();
    return typeof latest === 'string' ? missing(latest) : testValue(this.test, latest);
  }
}

export class TopicFilterTest implements Test {
  readonly #filter: FilterBytes;
  readonly #withBelow: boolean;

  constructor(filter: string) {
    this.#filter = new FilterBytes(filter);
    this.#withBelow = /(?:^|\/)#$/.test(sharedFilter(filter));
  }

  of({ path }: Subject): Truth {
    return this.#filter.matches(path, 0, path.length) ? YES : NO;
  }

  below(path: Uint8Array): Truth {
    return this.#withBelow && this.#filter.matches(path, 0, path.length) ? YES : UNKNOWN;
  }
}

/** What is learnt of the broker's stored message; as of an earlier time is not known for certain. */
export class RetainTest implements Test {
  readonly #state: RetainState;

  constructor(state: RetainState) {
    this.#state = state;
  }

  of({ retained }: Subject): Truth {
    const isKnown = !retained.stale && retained.state !== 'unknown';
    const state: RetainState = !isKnown ? 'unknown' : retained.state === 'retained' ? 'yes' : 'no';
    return state === this.#state ? YES : NO;
  }

  below(): Truth {
    return UNKNOWN;
  }
}

export class MeasureTest implements Test {
  readonly #of: Measure;
  readonly #operator: Operator;
  readonly #to: number;

  constructor(of: Measure, operator: Operator, to: number) {
    this.#of = of;
    this.#operator = operator;
    this.#to = to;
  }

  of(subject: Subject): Truth {
    const value = this.#read(subject);
    if (value === NO || value === UNKNOWN) return value;
    return holds(this.#operator, value.is - this.#to) ? YES : NO;
  }

  below(): Truth {
    return UNKNOWN;
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
      case 'qos': {
        const latest = subject.latest();
        if (latest === 'never') return NO;
        if (latest === 'evicted') return UNKNOWN;
        return { is: this.#of === 'size' ? latest.size : Math.min(2, (latest.flags >> 1) & 3) };
      }
    }
  }
}
