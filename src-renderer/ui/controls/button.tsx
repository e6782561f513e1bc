import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import type { LucideIcon } from 'lucide-react';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { classes } from '../base/classes.ts';
import { Icon } from '../base/icon.tsx';
import { Kbd } from '../base/kbd.tsx';
import './button.css';

type NativeButton = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'>;

export interface ButtonProps extends NativeButton {
  /** `primary`: the one action of a place. `quiet`: no frame. `danger`: only at the end of a preview. */
  readonly variant?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly icon?: LucideIcon;
  /** Shown beside the words, e.g. `Mod+Enter`; not part of the accessible name. */
  readonly keys?: string;
  readonly large?: boolean;
  readonly type?: 'button' | 'submit';
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children: ReactNode;
}

export function Button(props: ButtonProps) {
  const { variant = 'plain', icon, keys, large, type = 'button', className, children, ...rest } = props;
  return (
    <button
      {...rest}
      type={type}
      className={classes('button', `button-${variant}`, large === true && 'button-large', className)}
    >
      {icon === undefined ? null : <Icon of={icon} size={14} />}
      {children}
      {keys === undefined ? null : <Kbd keys={keys} />}
    </button>
  );
}

export interface IconButtonProps extends Omit<NativeButton, 'aria-label' | 'children'> {
  /** The accessible name, also shown as the tooltip. */
  readonly label: string;
  readonly icon: LucideIcon;
  /** 24 px instead of 28. */
  readonly small?: boolean;
  /** Added to the tooltip, e.g. `Mod+K`. */
  readonly keys?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton(props: IconButtonProps) {
  const { label: given, icon, small, keys, className, title, ...rest } = props;
  // Many name what somebody else named.
  const label = escapeUnsafe(given);
  return (
    <button
      {...rest}
      type="button"
      aria-label={label}
      title={title === undefined ? label : escapeUnsafe(title)}
      aria-keyshortcuts={keys?.replace('Mod', 'Control')}
      className={classes('icon-button', small === true && 'icon-button-small', className)}
    >
      <Icon of={icon} size={small === true ? 14 : 16} />
    </button>
  );
}
