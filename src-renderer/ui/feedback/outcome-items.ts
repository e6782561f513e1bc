import {
  AppWindow,
  Braces,
  ClipboardCopy,
  Copy,
  Rss,
  Save,
  Send,
  SquarePen,
  SquareTerminal,
  type LucideIcon,
} from 'lucide-react';
import type { MenuAction } from '../controls/menu.tsx';
import { sayOutcome, type ShownOutcome } from './outcome-note.tsx';

const ICONS = {
  'copy-topic': Copy,
  'copy-value': ClipboardCopy,
  'copy-json': Braces,
  'copy-pub': SquareTerminal,
  save: Save,
  open: AppWindow,
  edit: SquarePen,
  'publish-again': Send,
  subscribe: Rss,
} satisfies Readonly<Record<string, LucideIcon>>;

/** An action that resolves with what was done, or rejects with why it was not. */
export interface OutcomeEntry {
  readonly id: keyof typeof ICONS;
  readonly label: string;
  readonly off: string | null;
  readonly outcome: () => Promise<string>;
}

/** Entries as items of a menu; each shows its outcome beside the menu. */
export function outcomeItems(entries: readonly OutcomeEntry[], say: ShownOutcome['say']): MenuAction[] {
  return entries.map(({ id, label, off, outcome }) => ({
    id,
    label,
    icon: ICONS[id],
    off,
    run: () => void sayOutcome(outcome(), say),
  }));
}
