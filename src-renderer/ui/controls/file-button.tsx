import { useRef } from 'react';
import type { LucideIcon } from 'lucide-react';
import { Button, IconButton } from './button.tsx';

export interface FileButtonProps {
  readonly children: string;
  /** Where the words alone do not say whose file it is. */
  readonly label?: string;
  readonly icon?: LucideIcon;
  /** Nothing but the icon is drawn. */
  readonly small?: boolean;
  /** Words without a frame, beside what is pressed more often. */
  readonly quiet?: boolean;
  /** Ends of names that the chooser shows first, e.g. `.pem,.crt`. */
  readonly accept?: string;
  readonly onFile: (file: File) => void;
}

/** Opens the system's file chooser. */
export function FileButton({ children, label, icon, small, quiet, accept, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file again is a change too.
          event.target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
      {small === true && icon !== undefined ? (
        <IconButton icon={icon} label={label ?? children} onClick={() => input.current?.click()} />
      ) : (
        <Button
          aria-label={label}
          variant={quiet === true ? 'quiet' : 'plain'}
          onClick={() => input.current?.click()}
          {...(icon === undefined ? {} : { icon })}
        >
          {children}
        </Button>
      )}
    </>
  );
}
