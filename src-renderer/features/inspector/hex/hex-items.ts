import { Copy } from 'lucide-react';
import type { MenuItem } from '../../../ui/controls/menu.tsx';
import { COPY_FORMS, type CopyForm } from './copy-bytes.ts';
import type { HexSelection } from './selecting.ts';

export type CopyBytes = (form: CopyForm, from: number, to: number) => void;

const FORMS = Object.entries(COPY_FORMS) as readonly (readonly [CopyForm, string])[];

/**
 * What the menu of a dump has beside what is done with the message: its selected bytes, and all of them.
 *
 * @param size bytes that there are
 */
export function copyItems(
  selection: Pick<HexSelection, 'from' | 'to'> | null,
  size: number,
  copy: CopyBytes,
): readonly MenuItem[] {
  const all: MenuItem = {
    id: 'copy-all',
    label: 'Copy all as',
    icon: Copy,
    items: FORMS.map(([form, name]) => ({
      id: `copy-all-${form}`,
      label: name,
      run: () => copy(form, 0, size),
    })),
  };
  if (size === 0) return [];
  if (selection === null) return [all];
  const { from, to } = selection;
  const selected = FORMS.map(([form, name]) => ({
    id: `copy-${form}`,
    label: `Copy selection as ${midWords(name)}`,
    icon: Copy,
    run: () => copy(form, from, to),
  }));
  return [...selected, all];
}

/** `Text` within words; names of a format stay as they are. */
function midWords(name: string): string {
  return name === COPY_FORMS.text || name === COPY_FORMS.hex ? name.toLowerCase() : name;
}
