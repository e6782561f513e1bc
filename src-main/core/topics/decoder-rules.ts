import type { DecoderRule } from '../../contract/model/decoder-rule.ts';
import { matchesFilter, sharedFilter } from './filters.ts';

/** The rule whose filter says most of a topic; null: none matches. */
export function ruleFor(rules: readonly DecoderRule[], topic: string): DecoderRule | null {
  let best: DecoderRule | null = null;
  for (const rule of rules) {
    if (!matchesFilter(rule.filter, topic)) continue;
    if (best === null || isMoreSpecific(rule.filter, best.filter)) best = rule;
  }
  return best;
}

/** Level by level from the left: a name says more than `+`, and `+`, or the end, more than `#`. */
export function isMoreSpecific(filter: string, than: string): boolean {
  const a = sharedFilter(filter).split('/');
  const b = sharedFilter(than).split('/');
  for (let level = 0; level < Math.max(a.length, b.length); level++) {
    const difference = weight(a[level]) - weight(b[level]);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function weight(level: string | undefined): number {
  if (level === '#') return 0;
  // Where one has ended and both match, the other goes on with #.
  return level === undefined || level === '+' ? 1 : 2;
}

/** The rules with one for this filter; null takes it out. */
export function withRule(
  rules: readonly DecoderRule[],
  filter: string,
  chain: DecoderRule['chain'] | null,
): DecoderRule[] {
  const others = rules.filter((rule) => rule.filter !== filter);
  return chain === null ? others : [...others, { filter, chain }];
}
