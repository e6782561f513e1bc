import type { Dialog, MessageBoxOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { nativePrompt } from '../../../src-main/desktop/prompt.ts';

function dialogThat(response: number) {
  const asked: { parent: unknown; options: MessageBoxOptions }[] = [];
  const showMessageBox = (...given: [unknown, MessageBoxOptions?]) => {
    const [first, second] = given;
    asked.push(
      second === undefined
        ? { parent: null, options: first as MessageBoxOptions }
        : { parent: first, options: second },
    );
    return Promise.resolve({ response, checkboxChecked: false });
  };
  return { asked, dialog: { showMessageBox } as Pick<Dialog, 'showMessageBox'> };
}

const WINDOW = { id: 1 } as never;

describe('the question before an export', () => {
  test.each([
    [0, false],
    [1, true],
  ])('is answered by button %i with %s, and Escape and Enter say no', async (response, answer) => {
    const { asked, dialog } = dialogThat(response);
    expect(await nativePrompt({ dialog, window: () => WINDOW }).confirmExport(['Plant', 'Lab'])).toBe(answer);
    const [{ parent, options } = { parent: null, options: null }] = asked;
    expect(parent).toBe(WINDOW);
    expect(options).toMatchObject({ buttons: ['Cancel', 'Export with secrets'], defaultId: 0, cancelId: 0 });
    expect(options?.detail).toContain('Plant\nLab');
  });

  test('stands alone where there is no window, and does not grow with what it names', async () => {
    const { asked, dialog } = dialogThat(0);
    const names = Array.from({ length: 5_000 }, (_, i) => `${'x'.repeat(200)}${i}`);
    await nativePrompt({ dialog, window: () => null }).confirmExport(names);
    expect(asked[0]?.parent).toBeNull();
    expect(asked[0]?.options.detail?.length).toBeLessThan(2_000);
    expect(asked[0]?.options.detail).toContain('and 4990 more');
  });

  test('shows names as they are, without what turns text around or breaks lines', async () => {
    const { asked, dialog } = dialogThat(0);
    await nativePrompt({ dialog, window: () => null }).confirmExport(['a\u202Eb\nCancel was pressed\u0007']);
    expect(asked[0]?.options.detail).not.toMatch(/[\u202E\u0007]/);
    expect(asked[0]?.options.detail?.split('\n')).toHaveLength(2);
  });
});

describe('the question before a file is read', () => {
  test('names what is read as what, and where it goes, in lines that no name can break', async () => {
    const { asked, dialog } = dialogThat(1);
    const files = [
      { as: 'password', name: '/etc/passwd' },
      { as: 'variable', name: 'AWS\nkey: /harmless' },
    ] as const;
    expect(await nativePrompt({ dialog, window: () => WINDOW }).confirmFiles(files, 'mqtt://evil:1')).toBe(
      true,
    );
    const { detail, buttons, defaultId, cancelId } = asked[0]?.options ?? {};
    expect([buttons?.[0], defaultId, cancelId]).toEqual(['Cancel', 0, 0]);
    expect(detail).toContain('mqtt://evil:1');
    expect(detail).toContain('password: /etc/passwd');
    expect(detail).not.toMatch(/^key: /m);
  });
});

describe('the question before a payload is opened in another program', () => {
  test('names the file, its size and the topic, and Escape and Enter say no', async () => {
    const { asked, dialog } = dialogThat(1);
    const payload = { file: 'telemetry 2026.json', topic: 'plant/a', bytes: 1_500, size: 1_500 };
    expect(await nativePrompt({ dialog, window: () => WINDOW }).confirmOpen(payload)).toBe(true);
    const { detail, buttons, defaultId, cancelId } = asked[0]?.options ?? {};
    expect([buttons, defaultId, cancelId]).toEqual([['Cancel', 'Open'], 0, 0]);
    expect(detail).toMatch(/^telemetry 2026\.json, 1\.5 kB\nFrom the topic plant\/a\n/);
    expect(detail).toContain('removed when Topicscope ends');
  });

  test('says how much was kept, and no topic breaks its lines or turns them around', async () => {
    const { asked, dialog } = dialogThat(0);
    const payload = { file: 'x.txt', topic: `a\n\u202e${'b'.repeat(999)}`, bytes: 4, size: 8 };
    expect(await nativePrompt({ dialog, window: () => null }).confirmOpen(payload)).toBe(false);
    const { detail = '' } = asked[0]?.options ?? {};
    expect(detail).toContain('x.txt, 4 B, the first of 8 B');
    expect(detail).not.toContain('\u202e');
    expect(detail.split('\n')).toHaveLength(4);
    expect(detail.length).toBeLessThan(600);
  });
});
