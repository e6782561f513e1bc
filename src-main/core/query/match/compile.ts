import type { PathLook, PathNeedle } from '../../topics/path-look.ts';
import { MQTT_SEPARATOR } from '../../topics/levels.ts';
import { parseFilter } from '../grammar/parse.ts';
import type { Problem, Query, Term } from '../grammar/query.ts';
import { cluesToAll, cluesToAny, type Clues } from './clues.ts';
import { BadPattern, PatternBudget } from './pattern-steps.ts';
import { requiredTexts } from './required-texts.ts';
import { needlesOf, NO, Test, UNKNOWN, YES, type Subject, type Truth } from './subject.ts';
import {
  MeasureTest,
  RetainTest,
  SilentTest,
  TopicFilterTest,
  TopicTextTest,
  WordTest,
} from './topic-tests.ts';
import {
  ChangedTest,
  ContentTypeTest,
  JsonTest,
  SubscriptionFilterTest,
  SubscriptionTest,
  TypeTest,
  UserPropertyTest,
  ValueTest,
} from './value-tests.ts';

export interface CompiledFilter {
  readonly test: Test;
  /** What it says of a topic may change with every message. */
  readonly byMessages: boolean;
  /** What asking costs, in about 0.2 µs: of a short value, or for each 128 bytes of a long one. */
  readonly cost: number;
  /** It may change without any message: by time, or by what is learnt of the broker. */
  readonly byTime: boolean;
  /** It may change when a topic becomes late or stops being late. */
  readonly byLate: boolean;
  /** The path alone may decide for some topics, and for all below them. */
  readonly byPath: boolean;
  /** For topics that their path does not settle, only the latest value is checked. */
  readonly byValueOnly: boolean;
}

export type Compiled =
  /** Null: nothing is asked, every topic is shown. */
  | { readonly kind: 'filter'; readonly filter: CompiledFilter | null }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/**
 * Makes a filter's text into what can be asked of topics. Never throws for a text.
 *
 * @param separator of the tree whose paths are asked, for those that ask what holds for all that is below one
 */
export function compileFilter(text: string, separator = MQTT_SEPARATOR): Compiled {
  const parsed = parseFilter(text);
  if (parsed.kind === 'problems') return parsed;
  if (parsed.query === null) return { kind: 'filter', filter: null };
  const compiler = new Compiler(separator);
  const { test, cost } = compiler.compile(parsed.query);
  const { problems, byMessages, byTime, byLate, byPath, byValueOnly } = compiler;
  if (problems.length > 0) return { kind: 'problems', problems };
  return {
    kind: 'filter',
    filter: { test, cost: cost / 2, byMessages, byTime, byLate, byPath, byValueOnly },
  };
}

/** With about how much a question costs, so that cheap ones are asked first. */
interface Costly {
  readonly test: Test;
  readonly cost: number;
}

class Compiler {
  readonly problems: Problem[] = [];
  readonly #separator: string;
  readonly #patterns = new PatternBudget();
  byMessages = false;
  byTime = false;
  byLate = false;
  byPath = false;
  byValueOnly = true;

  constructor(separator: string) {
    this.#separator = separator;
  }

  compile(query: Query): Costly {
    switch (query.kind) {
      case 'and':
      case 'or': {
        const parts = query.parts.map((part) => this.compile(part)).sort((a, b) => a.cost - b.cost);
        const tests = parts.map(({ test }) => test);
        const cost = parts.reduce((sum, part) => sum + part.cost, 0);
        return { test: query.kind === 'and' ? new AndTest(tests) : new OrTest(tests), cost };
      }
      case 'not': {
        const { test, cost } = this.compile(query.part);
        return { test: new NotTest(test), cost };
      }
      case 'term':
        return this.#term(query.term, query.from, query.to);
    }
  }

  #term(term: Term, from: number, to: number): Costly {
    const { kind } = term;
    const isTopic =
      kind === 'topic' || kind === 'topic-filter' || (kind === 'measure' && term.of === 'level');
    if (!isTopic) this.byMessages = true;
    if (kind === 'silent') this.byLate = true;
    if (!isOfValue(term)) this.byValueOnly = false;
    if (kind === 'word' || kind === 'topic' || kind === 'topic-filter') this.byPath = true;
    if (isOfTime(term)) this.byTime = true;
    try {
      this.#spend(term);
      return { test: testOf(term, this.#separator), cost: costOf(term) };
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      this.problems.push({ from, to, reason: error.message });
      return { test: new NotTest(new AndTest([])), cost: 0 };
    }
  }

  /** Before its machine is made. */
  #spend(term: Term): void {
    if ('condition' in term && term.condition?.kind === 'regex') this.#patterns.spend(term.condition.pattern);
  }
}

function isOfTime(term: Term): boolean {
  return term.kind === 'retain' || (term.kind === 'measure' && (term.of === 'rate' || term.of === 'age'));
}

function isOfValue(term: Term): boolean {
  switch (term.kind) {
    case 'topic':
    case 'topic-filter':
    case 'retain':
    case 'silent':
    case 'subscription-filter':
      return false;
    case 'measure':
      return term.of === 'size' || term.of === 'qos';
    default:
      return true;
  }
}

function testOf(term: Term, separator: string): Test {
  switch (term.kind) {
    case 'word':
      return new WordTest(term.condition);
    case 'topic':
      return new TopicTextTest(term.condition);
    case 'topic-filter':
      return new TopicFilterTest(term.filter, separator);
    case 'value':
      return new ValueTest(term.condition);
    case 'json':
      return new JsonTest(term.path, term.condition);
    case 'type':
      return new TypeTest(term.type);
    case 'retain':
      return new RetainTest(term.state);
    case 'measure':
      return new MeasureTest(term.of, term.operator, term.to);
    case 'property':
      return new UserPropertyTest(term.name, term.condition);
    case 'content':
      return new ContentTypeTest(term.condition);
    case 'subscription':
      return new SubscriptionTest(term.id);
    case 'subscription-filter':
      return new SubscriptionFilterTest(term.filter);
    case 'changed':
      return new ChangedTest();
    case 'silent':
      return new SilentTest();
  }
}

/** In about 0.1 µs. */
function costOf(term: Term): number {
  const condition = 'condition' in term ? term.condition : null;
  if (condition?.kind === 'regex')
    return requiredTexts(condition.pattern, condition.ignoreCase) === null ? 100 : 12;
  switch (term.kind) {
    case 'measure':
    case 'retain':
    case 'silent':
    case 'topic-filter':
      return 1;
    case 'topic':
      return 2;
    case 'word':
    case 'value':
    case 'changed':
      return 4;
    case 'json':
      return 6;
    default:
      return 30;
  }
}

class AndTest extends Test {
  readonly #parts: readonly Test[];

  constructor(parts: readonly Test[]) {
    super();
    this.#parts = parts;
  }

  of(subject: Subject): Truth {
    let least: Truth = YES;
    for (const part of this.#parts) {
      const truth = part.of(subject);
      if (truth === NO) return NO;
      if (truth < least) least = truth;
    }
    return least;
  }

  override get clues(): Clues | null {
    return cluesToAll(this.#parts.map(({ clues }) => clues));
  }

  override get needles(): readonly PathNeedle[] | null {
    return needlesOf(this.#parts);
  }

  override below(path: PathLook): Truth {
    let least: Truth = YES;
    for (const part of this.#parts) {
      const truth = part.below(path);
      if (truth === NO) return NO;
      if (truth < least) least = truth;
    }
    return least;
  }
}

class OrTest extends Test {
  readonly #parts: readonly Test[];

  constructor(parts: readonly Test[]) {
    super();
    this.#parts = parts;
  }

  of(subject: Subject): Truth {
    let most: Truth = NO;
    for (const part of this.#parts) {
      const truth = part.of(subject);
      if (truth === YES) return YES;
      if (truth > most) most = truth;
    }
    return most;
  }

  /** None of the parts was settled by the path. */
  override rest(subject: Subject): Truth {
    let most: Truth = NO;
    for (const part of this.#parts) {
      const truth = part.rest(subject);
      if (truth === YES) return YES;
      if (truth > most) most = truth;
    }
    return most;
  }

  override get clues(): Clues | null {
    return cluesToAny(this.#parts.map(({ clues }) => clues));
  }

  override get restClues(): Clues | null {
    return cluesToAny(this.#parts.map(({ restClues }) => restClues));
  }

  override get needles(): readonly PathNeedle[] | null {
    return needlesOf(this.#parts);
  }

  override below(path: PathLook): Truth {
    let most: Truth = NO;
    for (const part of this.#parts) {
      const truth = part.below(path);
      if (truth === YES) return YES;
      if (truth > most) most = truth;
    }
    return most;
  }
}

class NotTest extends Test {
  readonly #part: Test;

  constructor(part: Test) {
    super();
    this.#part = part;
  }

  of(subject: Subject): Truth {
    return opposite(this.#part.of(subject));
  }

  override get needles(): readonly PathNeedle[] | null {
    return this.#part.needles;
  }

  override below(path: PathLook): Truth {
    return opposite(this.#part.below(path));
  }
}

function opposite(truth: Truth): Truth {
  if (truth === UNKNOWN) return UNKNOWN;
  return truth === YES ? NO : YES;
}
