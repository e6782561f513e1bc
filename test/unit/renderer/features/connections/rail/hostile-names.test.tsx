import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { quote } from '../../../../../../src-main/core/session/failures/broker-quote.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { RailEntry } from '../../../../../../src-renderer/features/connections/rail/rail-entry.tsx';

/** A bidirectional override, an isolate, an escape sequence, a blank of no width, C1. */
const HOSTILE = ['\u202egnp.exe', '\u2066x', '\x1b[31mred', 'a\u200bb', '\x9b0m', 'two\nlines'];

test.each(HOSTILE)('A connection called %j is drawn with nothing that deceives the eye.', (name) => {
  const entry = (
    <RailEntry
      railId="profile:x"
      icon={null}
      name={name}
      colour="none"
      current={false}
      tabbable
      state="Saved, not open"
      detail={`mqtt://${name}`}
      figure={null}
      title={`${name}: mqtt`}
      onSelect={() => undefined}
      onConnect={() => undefined}
      onMenu={() => undefined}
    />
  );
  const drawn = renderToStaticMarkup(entry);
  expect(isSafeText(drawn)).toBe(true);
  expect(drawn.match(/\\u\{/g)?.length).toBeGreaterThanOrEqual(3);
});

test.each(HOSTILE)('What a broker says as %j stays a quote that shows what is in it.', (said) => {
  const quoted = quote({ reasonString: said, serverReference: said });
  expect(isSafeText(quoted)).toBe(true);
  expect(quoted.match(/\\u\{/g)).toHaveLength(2);
});
