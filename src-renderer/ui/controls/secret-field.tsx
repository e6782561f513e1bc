import { useState } from 'react';
import { Eye, EyeOff } from 'lucide-react';
import { IconButton } from './button.tsx';
import { TextField, type TextFieldProps } from './field.tsx';

export interface SecretFieldProps extends Omit<TextFieldProps, 'type' | 'end'> {
  /** For the button's name: "Show password". */
  readonly reveals: string;
}

/** What is typed is hidden until asked for. */
export function SecretField({ reveals, ...rest }: SecretFieldProps) {
  const [open, setOpen] = useState(false);
  return (
    <TextField
      {...rest}
      type={open ? 'text' : 'password'}
      end={
        <IconButton
          label={open ? `Hide ${reveals}` : `Show ${reveals}`}
          icon={open ? EyeOff : Eye}
          onClick={() => setOpen(!open)}
        />
      }
    />
  );
}
