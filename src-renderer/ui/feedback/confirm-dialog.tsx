import { useRef, type ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { Button } from '../controls/button.tsx';
import { Dialog } from './dialog.tsx';
import './confirm-dialog.css';

export interface ConfirmDialogProps {
  /** The question, which is also the accessible name. */
  readonly title: string;
  readonly icon?: LucideIcon;
  /** What the button says that does it. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  /** What will happen, and to whom. */
  readonly children: ReactNode;
}

/** Asks once more; the focus is on the way back. May lie over another dialog when rendered inside it. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open
      title={props.title}
      {...(props.icon === undefined ? {} : { icon: props.icon })}
      width="440px"
      initialFocus={cancel}
      onClose={props.onCancel}
      footer={
        <>
          <span className="dialog-foot-space" />
          <Button ref={cancel} variant="quiet" onClick={props.onCancel}>
            Cancel
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              props.onCancel();
              props.onConfirm();
            }}
          >
            {props.action}
          </Button>
        </>
      }
    >
      <p className="confirm-words">{props.children}</p>
    </Dialog>
  );
}
