import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { TextArea, TextField } from '../../../../../src-renderer/ui/controls/field.tsx';
import { unseenNote } from '../../../../../src-renderer/ui/controls/unseen-note.ts';

const nothing = (): void => undefined;

describe('A field', () => {
  test.each(['\u202egnp.exe', 'a\u200bb', '\x1b[31m', 'nul\0', '\u2066x', '\x9b0m'])(
    'that holds %j says so below it, and the control is described by that.',
    (value) => {
      for (const drawn of [
        renderToStaticMarkup(
          <TextField label="Client ID" value={value} onChange={nothing} hint="Any text." />,
        ),
        renderToStaticMarkup(<TextArea label="Key" value={value} onChange={nothing} />),
      ]) {
        const [, note = '', words = ''] = /<p id="([^"]*-unseen)"[^>]*>([^<]*)<\/p>/.exec(drawn) ?? [];
        expect(words).toMatch(/^It contains characters that are not shown: .*\\u\{/);
        expect(isSafeText(words)).toBe(true);
        expect(drawn).toMatch(new RegExp(`aria-describedby="[^"]*${note}"`));
      }
    },
  );

  test('with anything else in it says nothing, line breaks of a pasted text included.', () => {
    for (const value of ['', 'press-03', 'Größe 😀', 'a\\u{202e}', 'one\r\n\ttwo']) {
      expect(unseenNote(value)).toBeNull();
      const drawn = renderToStaticMarkup(<TextArea label="Key" value={value} onChange={nothing} />);
      expect(drawn).not.toContain('unseen');
    }
  });

  test('that hides what is in it gives nothing of it away.', () => {
    const drawn = renderToStaticMarkup(
      <TextField label="Password" type="password" value={'secret\u200b'} onChange={nothing} />,
    );
    expect(drawn).not.toContain('unseen');
  });

  test('shows the line that is odd, and a part of a long one.', () => {
    expect(unseenNote(`fine\nodd\u202e\nfine`)).toBe(
      'It contains characters that are not shown: odd\\u{202e}',
    );
    expect(unseenNote('\u200b'.repeat(5_000))?.length).toBeLessThan(200);
  });

  test('offers nothing that would be drawn otherwise than it is.', () => {
    const drawn = renderToStaticMarkup(
      <TextField label="Topic" value="" onChange={nothing} suggestions={['plant/a', 'plant/\u202ea']} />,
    );
    expect(drawn.match(/<option/g)).toHaveLength(1);
  });
});
