import { useContext, useId, useRef, type MouseEvent, type ReactNode, type RefObject } from 'react';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X, type LucideIcon } from 'lucide-react';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { IconButton } from '../controls/button.tsx';
import { Icon } from '../base/icon.tsx';
import { Depth, Over } from './dialog-over.tsx';
import { KeptFocus } from './kept-focus.ts';
import './dialog.css';

export interface DialogProps {
  readonly open: boolean;
  /** Escape, the close button or a press outside (unless `keepOnOutsidePress`). */
  readonly onClose: () => void;
  /** The accessible name, shown in the header. */
  readonly title: string;
  /** What is shown instead of the title, e.g. an input; the name stays `title`. */
  readonly heading?: ReactNode;
  readonly icon?: LucideIcon;
  /** At the right of the header, e.g. an address. */
  readonly aside?: ReactNode;
  /** CSS width; never wider than the window. */
  readonly width?: string;
  readonly footer?: ReactNode;
  /** For dialogs where something was typed. */
  readonly keepOnOutsidePress?: boolean;
  /** Default: the first field, or the dialog itself; never the close button. */
  readonly initialFocus?: RefObject<HTMLElement | null> | (() => HTMLElement | null);
  /** No header: the palette. */
  readonly bare?: boolean;
  readonly children: ReactNode;
}

/** A modal dialog; focus goes in, stays in, and returns to where it was. */
export function Dialog(props: DialogProps) {
  const { open, onClose, heading, icon, aside, width = '480px', footer, bare, children } = props;
  const title = escapeUnsafe(props.title);
  const id = useId();
  const popup = useRef<HTMLDivElement>(null);
  const over = useContext(Over);
  const depth = useContext(Depth);
  const layer = { zIndex: 10 + depth };
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      disablePointerDismissal={props.keepOnOutsidePress === true}
    >
      <Base.Portal>
        <Base.Backdrop className="dialog-scrim" style={layer} forceRender />
        <Base.Viewport
          className={bare === true ? 'dialog-view dialog-view-top' : 'dialog-view'}
          style={layer}
        >
          <Base.Popup
            className="dialog"
            style={{ width }}
            aria-labelledby={`${id}-title`}
            ref={popup}
            initialFocus={props.initialFocus ?? (() => firstField(popup.current))}
          >
            <KeptFocus within={popup} />
            {bare === true ? (
              <Base.Title id={`${id}-title`} className="visually-hidden">
                {title}
              </Base.Title>
            ) : (
              <header className="dialog-head">
                {icon === undefined ? null : <Icon of={icon} className="tone-mut" />}
                <Base.Title
                  id={`${id}-title`}
                  className={heading === undefined ? 'dialog-title' : 'visually-hidden'}
                >
                  {title}
                </Base.Title>
                {heading}
                <div className="dialog-aside">{aside}</div>
                <IconButton label="Close" icon={X} onClick={onClose} />
              </header>
            )}
            <div className="dialog-body" data-select-all="">
              <Depth.Provider value={depth + 1}>
                <Over.Provider value={null}>{children}</Over.Provider>
              </Depth.Provider>
            </div>
            {footer === undefined ? null : (
              <footer className="dialog-foot" onClickCapture={onlyFirstClick}>
                <Depth.Provider value={depth + 1}>
                  <Over.Provider value={null}>{footer}</Over.Provider>
                </Depth.Provider>
              </footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
      {over === null ? null : (
        <Depth.Provider value={depth + 1}>
          <Over.Provider value={null}>{over}</Over.Provider>
        </Depth.Provider>
      )}
    </Base.Root>
  );
}

function firstField(popup: HTMLElement | null): HTMLElement | null {
  const selector = '.dialog-body :is(input, textarea, select):not(:disabled)';
  const first = popup?.querySelector<HTMLElement>(selector) ?? popup;
  // A name that is proposed is there to be typed over, as in a field that Tab reaches.
  if (first instanceof HTMLInputElement) first.select();
  return first;
}

/** The second of a double click would press the button that has taken the place of the first one. */
function onlyFirstClick(event: MouseEvent): void {
  if (event.detail <= 1) return;
  event.preventDefault();
  event.stopPropagation();
}
