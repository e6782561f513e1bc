import { Component, type ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import { Button } from '../controls/button.tsx';
import { Empty } from './empty.tsx';

interface FaultBoundaryProps {
  /** What stopped, e.g. "The inspector". */
  readonly what: string;
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

  override render(): ReactNode {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <div role="alert">
        <Empty
          icon={TriangleAlert}
          title={`${this.props.what} stopped because of a fault in the program.`}
          action={<Button onClick={() => this.setState({ message: null })}>Show it again</Button>}
        >
          {message} What was received is not affected. Please report this.
        </Empty>
      </div>
    );
  }
}
