import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { FaultBoundary } from '../../../../../src-renderer/ui/feedback/fault-boundary.tsx';

test('what is whole is shown as it is', () => {
  const html = renderToStaticMarkup(createElement(FaultBoundary, { what: 'The tree', children: 'rows' }));
  expect(html).toBe('rows');
});

test('a fault becomes a message that names the pane, the cause and a way on', () => {
  const boundary = new FaultBoundary({ what: 'The tree', children: 'rows' });
  boundary.state = FaultBoundary.getDerivedStateFromError(new Error('broken row'));
  const html = renderToStaticMarkup(createElement('div', null, boundary.render()));
  expect(html).toContain('role="alert"');
  for (const words of ['The tree stopped', 'broken row', 'Show it again']) expect(html).toContain(words);
});
