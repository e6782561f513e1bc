/** How two numbers or texts are compared. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a text must be, or have in it, or (with an order) what number it must stand for. */
export type Condition =
  | { readonly kind: 'compare'; readonly operator: Operator; readonly to: string }
  | { readonly kind: 'contains'; readonly text: string }
  | RegexCondition;

export interface RegexCondition {
  readonly kind: 'regex';
  readonly pattern: string;
  readonly ignoreCase: boolean;
}

/** A member's name, or the index in a list. */
export type JsonStep = string | number;

export const PAYLOAD_TYPES = ['json', 'text', 'number', 'binary', 'empty', 'image'] as const;
export type PayloadType = (typeof PAYLOAD_TYPES)[number];

export const RETAIN_STATES = ['yes', 'no', 'unknown'] as const;
export type RetainState = (typeof RETAIN_STATES)[number];

/**
 * A number that is known of every topic. `rate`: messages a second; `size`: bytes of the latest payload;
 * `age`: ms since the latest message.
 */
export type Measure = 'qos' | 'rate' | 'count' | 'size' | 'age' | 'level';

/** One thing that is asked of a topic. */
export type Term =
  /** Topic or latest value. */
  | { readonly kind: 'word'; readonly condition: Exclude<Condition, { kind: 'compare' }> }
  | { readonly kind: 'topic-filter'; readonly filter: string }
  | { readonly kind: 'topic'; readonly condition: Exclude<Condition, { kind: 'compare' }> }
  | { readonly kind: 'value'; readonly condition: Condition }
  /** Without a condition: there is something at the path. */
  | { readonly kind: 'json'; readonly path: readonly JsonStep[]; readonly condition: Condition | null }
  | { readonly kind: 'type'; readonly type: PayloadType }
  | { readonly kind: 'retain'; readonly state: RetainState }
  | { readonly kind: 'measure'; readonly of: Measure; readonly operator: Operator; readonly to: number }
  | { readonly kind: 'property'; readonly name: string; readonly condition: Condition | null }
  | { readonly kind: 'content'; readonly condition: Condition }
  | { readonly kind: 'subscription'; readonly id: number }
  /** By the filter as it is subscribed to. */
  | { readonly kind: 'subscription-filter'; readonly filter: string }
  | { readonly kind: 'changed' }
  /** It is late by its rhythm. */
  | { readonly kind: 'silent' };

export type Query =
  | { readonly kind: 'and'; readonly parts: readonly Query[] }
  | { readonly kind: 'or'; readonly parts: readonly Query[] }
  | { readonly kind: 'not'; readonly part: Query }
  /** `from` and `to`: where it is in the filter's text, in UTF-16 units. */
  | { readonly kind: 'term'; readonly term: Term; readonly from: number; readonly to: number };

/** A part of a filter's text that means nothing, and why; `from` and `to` in UTF-16 units. */
export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

export type ParsedFilter =
  /** Null: nothing is asked, every topic is shown. */
  | { readonly kind: 'filter'; readonly query: Query | null }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };
