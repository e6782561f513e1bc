// @vitest-environment happy-dom
import { TriangleAlert } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { ConfirmDialog } from '../../../../../src-renderer/ui/feedback/confirm-dialog.tsx';
import { DialogOver } from '../../../../../src-renderer/ui/feedback/dialog-over.tsx';
import { Dialog, type DialogProps } from '../../../../../src-renderer/ui/feedback/dialog.tsx';
import { isOverlaid } from '../../../../../src-renderer/ui/feedback/overlaid.ts';
import { teardown } from '../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { focusedName, live, press, type Live } from '../../../../support/window/live.ts';

/** What happened, in order. */
let happened: string[] = [];

beforeEach(() => {
  happened = [];
});
afterEach(teardown);

function Page({ more, children }: { readonly more: Partial<DialogProps>; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button onClick={() => setOpen(true)}>Opener</button>
      <Dialog
        open={open}
        title="Save message"
        onClose={() => {
          happened.push('closed');
          setOpen(false);
        }}
        {...more}
      >
        {children}
      </Dialog>
    </>
  );
}
const opened = async (children: ReactNode, more: Partial<DialogProps> = {}) => {
  const page = live(<Page more={more}>{children}</Page>);
  await page.user.click(page.getByRole('button', { name: 'Opener' }));
  await page.findByRole('dialog', { name: 'Save message' });
  return page;
};
const closed = async (page: Live) => {
  await expect.poll(() => page.queryByRole('dialog')).toBeNull();
};
const fields = (
  <>
    <p>Words</p>
    <input aria-label="Off" disabled />
    <input aria-label="Name" defaultValue="press" />
    <input aria-label="Folder" />
  </>
);

describe('A dialog', () => {
  test('begins at its first field that can be used, whose proposal can be typed over', async () => {
    const page = await opened(fields);
    await expect.poll(focusedName).toBe('Name');
    await page.user.keyboard('x');
    expect((document.activeElement as HTMLInputElement).value).toBe('x');
  });

  test('without fields begins at itself, never at what closes it', async () => {
    const page = await opened(<p>Words</p>);
    await expect.poll(() => document.activeElement).toBe(page.getByRole('dialog'));
  });

  test.each(['{Escape}', 'Close'])(
    'is closed by %s, once, and the focus goes back where it was',
    async (how) => {
      const page = await opened(fields);
      await expect.poll(focusedName).toBe('Name');
      if (how === 'Close') await press(page, 'Close');
      else await page.user.keyboard(how);
      await closed(page);
      expect(happened).toEqual(['closed']);
      await expect.poll(focusedName).toBe('Opener');
    },
  );

  test('takes the second of a double click for no press of the button that has come to be there', async () => {
    const pressed: string[] = [];
    const page = await opened(fields, { footer: <button onClick={() => pressed.push('go')}>Go</button> });
    await page.user.dblClick(page.getByRole('button', { name: 'Go' }));
    expect(pressed).toEqual(['go']);
    page.getByRole('button', { name: 'Go' }).focus();
    await page.user.keyboard('{Enter}{Enter}');
    expect(pressed).toEqual(['go', 'go', 'go']);
  });

  test('is closed by a press outside, unless something was typed there', async () => {
    const outside = () => document.querySelector('.dialog-view')!;
    const page = await opened(fields);
    await page.user.click(outside());
    await closed(page);
    const kept = await opened(fields, { keepOnOutsidePress: true });
    await kept.user.click(outside());
    expect(kept.queryByRole('dialog')).not.toBeNull();
    expect(happened).toEqual(['closed']);
  });

  test('keeps its name where something else stands in its place', async () => {
    const page = await opened(fields, { heading: <input aria-label="Find" />, aside: <b>1883</b> });
    expect(page.getByRole('dialog', { name: 'Save message' })).toBeTruthy();
    expect(page.getByLabelText('Find') && page.getByText('1883')).toBeTruthy();
  });

  test('without a head has its name still, and no button that closes it', async () => {
    const page = await opened(fields, { bare: true });
    expect(page.queryByRole('button', { name: 'Close' })).toBeNull();
  });

  test('covers the panes while it is open', async () => {
    expect(isOverlaid()).toBe(false);
    const page = await opened(fields);
    expect(isOverlaid()).toBe(true);
    await page.user.keyboard('{Escape}');
    await closed(page);
    expect(isOverlaid()).toBe(false);
  });

  test('keeps the focus when what had it goes', async () => {
    const Step = () => {
      const [done, setDone] = useState(false);
      return done ? <p>Done</p> : <button onClick={() => setDone(true)}>Do it</button>;
    };
    const page = await opened(<Step />);
    await press(page, 'Do it');
    await page.findByText('Done');
    await expect.poll(() => document.activeElement).toBe(page.getByRole('dialog'));
  });
});

test.each(HOSTILE_TEXTS)('A dialog that is called %j deceives no eye and no ear.', async (title) => {
  const page = live(
    <Dialog open title={title} onClose={() => undefined}>
      Words
    </Dialog>,
  );
  const dialog = await page.findByRole('dialog');
  expect(isSafeText(dialog.textContent)).toBe(true);
  expect(dialog.querySelector('b')).toBeNull();
});

function Question({ onConfirm }: { readonly onConfirm: () => void }) {
  const [open, setOpen] = useState(true);
  return open ? (
    <ConfirmDialog
      title="Remove it?"
      icon={TriangleAlert}
      action="Remove"
      onConfirm={onConfirm}
      onCancel={() => {
        happened.push('cancelled');
        setOpen(false);
      }}
    >
      It is removed for good.
    </ConfirmDialog>
  ) : null;
}

describe('A question', () => {
  const asked = async () => {
    const page = live(<Question onConfirm={() => happened.push('confirmed')} />);
    const dialog = await page.findByRole('dialog', { name: 'Remove it?' });
    expect(dialog.textContent).toContain('It is removed for good.');
    return page;
  };

  test('begins at the way back, so that a key pressed too often does nothing', async () => {
    const page = await asked();
    await expect.poll(focusedName).toBe('Cancel');
    await page.user.keyboard('{Enter}');
    await closed(page);
    expect(happened).toEqual(['cancelled']);
  });

  test('is gone before what it asked for is done, so that a next one can take its place', async () => {
    const page = await asked();
    await press(page, 'Remove');
    await closed(page);
    expect(happened).toEqual(['cancelled', 'confirmed']);
  });

  test('that is left by Escape does nothing', async () => {
    const page = await asked();
    await page.user.keyboard('{Escape}');
    await closed(page);
    expect(happened).toEqual(['cancelled']);
  });
});

describe('A dialog over another', () => {
  function Both() {
    const [over, setOver] = useState(false);
    return (
      <DialogOver
        over={
          over ? (
            <Dialog open title="Upper" onClose={() => setOver(false)}>
              <input aria-label="Above" />
            </Dialog>
          ) : null
        }
      >
        <Dialog open title="Lower" onClose={() => happened.push('lower closed')}>
          <button onClick={() => setOver(true)}>More</button>
        </Dialog>
      </DialogOver>
    );
  }

  test('is closed alone by Escape, and the focus is back in the lower one', async () => {
    const page = live(<Both />);
    await page.findByRole('dialog', { name: 'Lower' });
    await press(page, 'More');
    await page.findByRole('dialog', { name: 'Upper' });
    await expect.poll(focusedName).toBe('Above');
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('dialog', { name: 'Upper' })).toBeNull();
    expect(happened).toEqual([]);
    await expect.poll(() => page.getByRole('dialog').contains(document.activeElement)).toBe(true);
    await page.user.keyboard('{Escape}');
    expect(happened).toEqual(['lower closed']);
  });
});
