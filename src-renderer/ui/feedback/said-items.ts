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
import { sayOutcome, type Saying } from './said.tsx';

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

/** Something to do that answers what was done, or rejects with why it was not. */
export interface SaidEntry {
  readonly id: keyof typeof ICONS;
  readonly label: string;
  readonly off: string | null;
  readonly outcome: () => Promise<string>;
}

/** Entries as items of a menu, which say beside it how it went. */
export function saidItems(entries: readonly SaidEntry[], say: Saying['say']): MenuAction[] {
  return entries.map(({ id, label, off, outcome }) => ({
    id,
    label,
    icon: ICONS[id],
    off,
    run: () => void sayOutcome(outcome(), say),
  }));
}
