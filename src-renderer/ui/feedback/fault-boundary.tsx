import { Component, type ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import { askAgainForParts } from '../base/lazy-part.tsx';
import { Button } from '../controls/button.tsx';
import { Empty } from './empty.tsx';
import './fault-boundary.css';

interface FaultBoundaryProps {
  /** What stopped, e.g. "The inspector". */
  readonly what: string;
  /** For what lies over the window: its message does so as well, and goes when it is closed. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

interface FaultBoundaryState {
  readonly message: string | null;
}

/** A fault in one pane leaves the others as they are, says so, and can be tried again. */
export class FaultBoundary extends Component<FaultBoundaryProps, FaultBoundaryState> {
  override state: FaultBoundaryState = { message: null };

  static getDerivedStateFromError(error: unknown): FaultBoundaryState {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  #showAgain(): void {
    askAgainForParts();
    this.setState({ message: null });
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === null) return this.props.children;
    const { what, onClose } = this.props;
    return (
      <div role="alert" className={onClose === undefined ? undefined : 'fault-over'}>
        <Empty
          icon={TriangleAlert}
          title={`${what} stopped because of a fault in the program.`}
          action={
            <>
              <Button onClick={() => this.#showAgain()}>Show it again</Button>
              {onClose === undefined ? null : (
                <Button variant="quiet" onClick={onClose}>
                  Close
                </Button>
              )}
            </>
          }
        >
          {message} What was received is not affected. Please report this.
        </Empty>
      </div>
    );
  }
}
