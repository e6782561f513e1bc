import { Maximize2, Minimize2 } from 'lucide-react';
import { IconButton, type IconButtonProps } from './button.tsx';

interface EnlargeButtonProps extends Omit<IconButtonProps, 'label' | 'icon' | 'small' | 'keys'> {
  /** The pane as in a sentence, e.g. `inspector`. */
  readonly name: string;
  /** The pane fills the work area. */
  readonly large: boolean;
}

/** In the head of a pane: gives it the whole work area, and takes it back. */
export function EnlargeButton({ name, large, ...rest }: EnlargeButtonProps) {
  return (
    <IconButton
      {...rest}
      small
      label={large ? `Shrink ${name}` : `Enlarge ${name}`}
      icon={large ? Minimize2 : Maximize2}
      keys="Mod+Shift+E"
    />
  );
}
