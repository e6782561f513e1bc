import { describe, expect, test } from 'vitest';
import { createShell } from '../../../../../src-renderer/state/app/shell.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';

describe('publish and diagnostics below the tree', () => {
  test('are there at the first start, and folded or not as they were left after that', () => {
    const memory = plainMemory();
    const shell = createShell(memory);
    expect(shell.store.getState().folded).toBe(false);
    shell.fold(true);
    expect(createShell(memory).store.getState().folded).toBe(true);
    shell.fold(false);
    expect(createShell(memory).store.getState().folded).toBe(false);
  });

  test('unfold for whoever asks for a part of the diagnostics', () => {
    const memory = plainMemory();
    const shell = createShell(memory);
    shell.fold(true);
    shell.showDiagnostics('packets');
    expect(shell.store.getState()).toMatchObject({ folded: false, diagnosticsTab: 'packets' });
    expect(createShell(memory).store.getState().folded).toBe(false);
  });
});

describe('what takes a while in a dialog', () => {
  test('closes it when it is done', () => {
    const shell = createShell(plainMemory());
    shell.open({ kind: 'settings' });
    const close = shell.closer('dialog');
    expect([close(), shell.store.getState().dialog, close()]).toEqual([true, null, false]);
  });

  test('closes nothing that stands in its place by then, also where it is of the same kind', () => {
    const shell = createShell(plainMemory());
    shell.open({ kind: 'settings' });
    const close = shell.closer('dialog');
    shell.close();
    shell.open({ kind: 'settings' });
    expect([close(), shell.store.getState().dialog]).toEqual([false, { kind: 'settings' }]);
  });

  test('distinguishes the dialog from what lies over it', () => {
    const shell = createShell(plainMemory());
    shell.open({ kind: 'settings' });
    shell.openOver({ kind: 'secrets', ask: 'unlock' });
    const close = shell.closer('over');
    expect(close()).toBe(true);
    expect(shell.store.getState()).toMatchObject({ dialog: { kind: 'settings' }, over: null });
    expect(shell.closer('over')()).toBe(false);
  });
});

describe('views', () => {
  test('each has a dock of its own, folded at first but for the tree, whose is remembered', () => {
    const memory = plainMemory();
    const shell = createShell(memory);
    const now = () => shell.store.getState();
    shell.showView('retained');
    expect(now()).toMatchObject({ view: 'retained', folded: true });
    shell.fold(false);
    shell.showView('topics');
    expect(now()).toMatchObject({ view: 'topics', folded: false });
    shell.fold(true);
    shell.showView('retained');
    expect(now().folded).toBe(false);
    expect(createShell(memory).store.getState()).toMatchObject({ view: 'topics', folded: true });
  });
});

describe('a pane over the whole work area', () => {
  test('is one at a time, and none at the start', () => {
    const shell = createShell(plainMemory());
    expect(shell.store.getState().enlarged).toBeNull();
    shell.enlarge('inspector');
    shell.enlarge('publish');
    expect(shell.store.getState().enlarged).toBe('publish');
    shell.enlarge(null);
    expect(shell.store.getState().enlarged).toBeNull();
  });

  test('makes room for a view that somebody goes to, but for the inspector beside it', () => {
    const shell = createShell(plainMemory());
    for (const [pane, left] of [
      ['publish', null],
      ['diagnostics', null],
      ['inspector', 'inspector'],
    ] as const) {
      shell.enlarge(pane);
      shell.showView('topics');
      expect(shell.store.getState().enlarged).toBe(left);
    }
  });

  test('makes room for the diagnostics that somebody asks for, and stays where it is them', () => {
    const shell = createShell(plainMemory());
    shell.enlarge('inspector');
    shell.showDiagnostics('log');
    expect(shell.store.getState().enlarged).toBeNull();
    shell.enlarge('diagnostics');
    shell.showDiagnostics('session');
    expect(shell.store.getState().enlarged).toBe('diagnostics');
  });
});
