// @vitest-environment happy-dom
import { Pencil } from 'lucide-react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { Button, IconButton } from '../../../../../src-renderer/ui/controls/button.tsx';
import { EnlargeButton } from '../../../../../src-renderer/ui/controls/enlarge-button.tsx';
import { FileButton } from '../../../../../src-renderer/ui/controls/file-button.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { live } from '../../../../support/window/live.ts';

afterEach(teardown);

describe('A button', () => {
  test('is called by its words alone, whatever is drawn beside them', () => {
    const page = live(
      <Button icon={Pencil} keys="Mod+Enter">
        Publish
      </Button>,
    );
    expect(page.getByRole('button', { name: 'Publish' }).textContent).toContain('↵');
  });

  test('sends no form unless it is there to', async () => {
    const sent = vi.fn((event: { preventDefault(): void }) => event.preventDefault());
    const page = live(
      <form onSubmit={sent}>
        <Button>Show</Button>
        <IconButton label="Edit" icon={Pencil} />
        <Button type="submit">Send</Button>
      </form>,
    );
    await page.user.click(page.getByRole('button', { name: 'Show' }));
    await page.user.click(page.getByRole('button', { name: 'Edit' }));
    expect(sent).not.toHaveBeenCalled();
    await page.user.click(page.getByRole('button', { name: 'Send' }));
    expect(sent).toHaveBeenCalledOnce();
  });

  test('is pressed by Enter and by the space bar, and not while it is off', async () => {
    const pressed = vi.fn();
    const page = live(<Button onClick={pressed}>Go</Button>);
    await page.user.tab();
    await page.user.keyboard('{Enter} ');
    expect(pressed).toHaveBeenCalledTimes(2);
    page.again(
      <Button disabled onClick={pressed}>
        Go
      </Button>,
    );
    await page.user.click(page.getByRole('button'));
    expect(pressed).toHaveBeenCalledTimes(2);
  });
});

describe('A button with nothing but an icon', () => {
  test('says what it does, also as a tooltip, and by which keys', () => {
    const button = live(<IconButton label="Find" icon={Pencil} keys="Mod+Shift+F" />).getByRole('button', {
      name: 'Find',
    });
    expect([button.title, button.getAttribute('aria-keyshortcuts')]).toEqual(['Find', 'Control+Shift+F']);
  });

  test('may say more in its tooltip than it is called', () => {
    const button = live(<IconButton label="Copy" icon={Pencil} title="Copied" />).getByRole('button', {
      name: 'Copy',
    });
    expect(button.title).toBe('Copied');
  });

  test.each(HOSTILE_TEXTS)('that is called %j deceives no eye and no ear', (text) => {
    const button = live(<IconButton label={text} title={`${text}.`} icon={Pencil} />).getByRole('button');
    expect(isSafeText(`${button.title}${button.getAttribute('aria-label')}`)).toBe(true);
  });

  test('gives a pane the whole work area, and then takes it back', () => {
    const page = live(<EnlargeButton name="inspector" large={false} />);
    expect(page.getByRole('button', { name: 'Enlarge inspector' })).toBeTruthy();
    page.again(<EnlargeButton name="inspector" large />);
    expect(page.getByRole('button', { name: 'Shrink inspector' })).toBeTruthy();
  });
});

describe('A button that asks for a file', () => {
  const open = (more: Partial<Parameters<typeof FileButton>[0]> = {}) => {
    const files: string[] = [];
    const page = live(
      <FileButton onFile={({ name }) => files.push(name)} {...more}>
        Choose file…
      </FileButton>,
    );
    return { page, files, input: document.querySelector<HTMLInputElement>('input[type=file]')! };
  };

  test('opens the chooser of the system, by keys as well, and nothing else has the focus', async () => {
    const { page, input } = open();
    const opened = vi.spyOn(input, 'click').mockReturnValue();
    const button = page.getByRole('button', { name: 'Choose file…' });
    button.focus();
    await page.user.keyboard('{Enter}');
    expect(opened).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(button);
    expect(input.hidden).toBe(true);
  });

  test('gives the file that is chosen, also the same one again; none where that is given up', async () => {
    const { page, files, input } = open({ accept: '.pem,.crt' });
    expect(input.accept).toBe('.pem,.crt');
    await page.user.upload(input, new File(['1'], 'a.pem'));
    await page.user.upload(input, new File(['2'], 'a.pem'));
    expect(files).toEqual(['a.pem', 'a.pem']);
    await page.user.upload(input, []);
    expect(files).toHaveLength(2);
  });

  test('says whose file it is where the words alone do not', () => {
    expect(
      open({ label: 'Choose CA file…' }).page.getByRole('button', { name: 'Choose CA file…' }),
    ).toBeTruthy();
    const small = open({ small: true, icon: Pencil }).page.getByRole('button', { name: 'Choose file…' });
    expect(small.textContent).toBe('');
  });
});
