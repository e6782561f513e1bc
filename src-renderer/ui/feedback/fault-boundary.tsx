import { Component, type ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import { PartNotLoaded } from '../base/lazy-part.tsx';
import { Button } from '../controls/button.tsx';
import { Empty, type EmptyProps } from './empty.tsx';
import './fault-boundary.css';

interface FaultBoundaryProps {
  /** What stopped, e.g. "The inspector". */
  readonly what: string;
  /** For what lies over the window: its message does so as well, and goes when it is closed. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

interface FaultBoundaryState {
  /** null: nothing happened. */
  readonly fault: Fault | null;
}

interface Fault {
  readonly message: string;
  /** It did not even begin: the fault is the host's, or of the way to it. */
  readonly notLoaded: boolean;
}

/** A fault in one pane leaves the others as they are, says so, and can be tried again. */
export class FaultBoundary extends Component<FaultBoundaryProps, FaultBoundaryState> {
  override state: FaultBoundaryState = { fault: null };

  static getDerivedStateFromError(error: unknown): FaultBoundaryState {
    const message = error instanceof Error ? error.message : String(error);
    return { fault: { message, notLoaded: error instanceof PartNotLoaded } };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    const { what, onClose } = this.props;
    const { title, children } = wordsFor(what, fault);
    return (
      <div role="alert" className={onClose === undefined ? undefined : 'fault-over'}>
        <Empty
          icon={TriangleAlert}
          title={title}
          action={
            <>
              <Button onClick={() => this.setState({ fault: null })}>Show it again</Button>
              {onClose === undefined ? null : (
                <Button variant="quiet" onClick={onClose}>
                  Close
                </Button>
              )}
            </>
          }
        >
          {children}
        </Empty>
      </div>
    );
  }
}

function wordsFor(what: string, { message, notLoaded }: Fault): Pick<EmptyProps, 'title' | 'children'> {
  const said = /[.!?]$/.test(message) ? message : `${message}.`;
  return notLoaded
    ? {
        title: `${what} could not be loaded.`,
        children: `${said} Topicscope’s host did not hand out this part of the window. It may be away, or of another version since: then load this page again.`,
      }
    : {
        title: `${what} stopped because of a fault in the program.`,
        children: `${said} What was received is not affected. Please report this.`,
      };
}
