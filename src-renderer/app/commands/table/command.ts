import type { LucideIcon } from 'lucide-react';

export type CommandGroup = 'Connection' | 'Topics' | 'View' | 'Switch to';

/** One thing a person can do: in the palette, by key and in the desktop's menu under the same id. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: CommandGroup;
  readonly icon: LucideIcon;
  readonly keys?: string;
  /** Why it cannot be done now; null when it can. */
  readonly off: string | null;
  /** Goes on while its key is held down; else that is one press, as most of them turn something on and off. */
  readonly repeats?: boolean;
  /** Works while a dialog is open. */
  readonly overDialogs?: boolean;
  /** Not offered in the palette: it is the palette, or there are too many of them. */
  readonly hidden?: boolean;
  readonly run: () => void;
}

/** Why it cannot be done. */
export const NO_CONNECTION = 'no connection is selected';
