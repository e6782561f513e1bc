import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { Settings } from '../../../src-main/contract/model/settings.ts';
import type { KeptValues } from '../../state/browser/memory.ts';
import type { SettingsStore } from '../../state/app/settings.ts';

const REMEMBERED = 'theme';

/**
 * Keeps `data-theme` on <html> right: the setting, or the system's wish. Outside React, so that whatever
 * reads the tokens (a canvas, say) reads the new ones. The last choice is remembered for the first paint,
 * before the engine has answered.
 */
export function followTheme(memory: KeptValues, settings: SettingsStore): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let choice = asTheme(memory.get(REMEMBERED));
  const apply = () => {
    document.documentElement.dataset['theme'] =
      choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  };
  apply();
  dark.addEventListener('change', apply);
  settings.store.subscribe(({ settings: now }) => {
    if (now === null || now.theme === choice) return;
    choice = now.theme;
    memory.set(REMEMBERED, choice);
    apply();
  });
}

/** What is shown now, whoever decided it. */
export function shownTheme(): 'light' | 'dark' {
  return globalThis.document?.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

/** From what is shown to the other one; saved as the person's choice. */
export function switchTheme(settings: SettingsStore): Promise<Failure | null> {
  return settings.save({ theme: shownTheme() === 'dark' ? 'light' : 'dark' });
}

function asTheme(text: string | null): Settings['theme'] {
  return text === 'light' || text === 'dark' ? text : 'system';
}
