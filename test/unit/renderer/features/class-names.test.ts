import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const FEATURES = resolve(import.meta.dirname, '../../../../src-renderer/features');

/** Classes that a style sheet begins its selectors with. */
function classesOf(css: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, selectors = ''] of css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{};]+)\{/g)) {
    for (const selector of selectors.replace(/\([^)]*\)/g, '').split(',')) {
      const name = /^\s*\.([\w-]+)/.exec(selector)?.[1];
      if (name !== undefined) found.add(name);
    }
  }
  return found;
}

test('No class means one thing in one feature and another in the next: all sheets end up on one page.', () => {
  const owners = new Map<string, Set<string>>();
  for (const path of readdirSync(FEATURES, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.css')) continue;
    const [feature = ''] = path.split(/[\\/]/);
    for (const name of classesOf(readFileSync(join(FEATURES, path), 'utf8')))
      owners.set(name, (owners.get(name) ?? new Set()).add(feature));
  }
  expect(owners.size).toBeGreaterThan(200);
  const shared = [...owners].filter(([, features]) => features.size > 1);
  expect(shared.map(([name]) => name)).toEqual([]);
});
