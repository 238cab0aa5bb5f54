import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';

/** What a row shows only when it is asked for. */
export function OnDemand({ children }: { readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button size="compact-xs" variant="default" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
        {isOpen ? 'Hide' : 'Show'}
      </Button>
      {isOpen && children}
    </div>
  );
}
