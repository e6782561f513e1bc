import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { TopicHeading } from '../../../../../src-renderer/features/inspector/topic-heading.tsx';
import { TreeSeparator } from '../../../../../src-renderer/ui/tree/separator.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';

const drawn = (topicKey: string, separator = '/'): string =>
  renderToStaticMarkup(
    <TreeSeparator value={separator}>
      <TopicHeading session={{} as ConnectionSession} topicKey={topicKey} />
    </TreeSeparator>,
  );

const reported = (page: string): string[] =>
  [...page.matchAll(/(?:title|aria-label)="([^"]*)"/g)].map((match) => match[1] ?? '');

test('The heading gives the whole topic on hover and to a screen reader, and where a click goes.', () => {
  expect(reported(drawn('hall/press/rpm'))).toEqual([
    'hall/press/rpm',
    'hall/press/rpm',
    'Go to hall',
    'Go to hall/press',
  ]);
});

test('Where dots divide the tree, a click goes to what is before a dot, and the text stays the topic.', () => {
  const page = drawn('hall/1.press..rpm', '.');
  expect(reported(page).slice(2)).toEqual(['Go to hall/1', 'Go to hall/1.press', 'Go to hall/1.press.']);
  expect(page.replace(/<[^>]*>/g, '')).toBe('hall/1.press..rpm');
  expect(reported(drawn('$SYS/broker.x', '.')).slice(2)).toEqual(['Go to $SYS']);
});

test('Of a topic of 60 kB it draws all, and shows its beginning and its end beside that.', () => {
  const level = 'x'.repeat(29_000);
  const page = drawn(`hall/${level}a/${level}b/rpm`);
  expect(page).toContain(`${level}a`);
  expect(page).toContain(`${level}b`);
  const names = reported(page);
  expect(names).toHaveLength(5);
  expect(Math.max(...names.map((name) => name.length))).toBeLessThan(1_100);
  expect(names[0]).toMatch(/^hall\/x+…x+b\/rpm$/);
  expect(names.at(-1)).toMatch(/^Go to hall\/x+…x+b$/);
});
