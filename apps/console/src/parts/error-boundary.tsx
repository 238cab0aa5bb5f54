import { Component, type ReactNode } from 'react';
import { Failure } from './states.tsx';

interface Props {
  readonly children: ReactNode;
}

/** A page that fails leaves the rest of the console standing. */
export class ErrorBoundary extends Component<Props, { readonly error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Failure
        error={this.state.error}
        title="This page could not be shown"
        retry={() => this.setState({ error: null })}
      />
    );
  }
}
